/** What holds for an office, where it comes from, and what other bars would have meant. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { answered, api, type Schemas } from '@/api/client'

export type Setting = Schemas['SettingOut']
export type Value = Setting['value']
export type Preview = Schemas['ThresholdPreviewOut']
export type Tried = { clear_probability?: number; clear_link_score?: number }

export const useSettings = defineStore('settings', () => {
  /** `null`: the own office of somebody who changes nothing. */
  const officeId = ref<number | null>(null)
  const settings = shallowRef<Setting[]>([])
  const isLoaded = ref(false)
  const error = shallowRef<unknown>(null)

  /** Show what holds for an office; of two calls the later counts. */
  async function open(id: number | null): Promise<void> {
    if (officeId.value !== id) isLoaded.value = false
    officeId.value = id
    error.value = null
    try {
      const found =
        id === null
          ? await answered(api.GET('/api/v1/settings'))
          : await answered(
              api.GET('/api/v1/offices/{office_id}/settings', { params: { path: { office_id: id } } }),
            )
      if (officeId.value !== id) return
      settings.value = found
      isLoaded.value = true
    } catch (problem) {
      if (officeId.value === id) error.value = problem
    }
  }

  async function set(office_id: number, name: string, value: Value): Promise<void> {
    const params = { path: { office_id, name } }
    take(
      office_id,
      await answered(api.PUT('/api/v1/offices/{office_id}/settings/{name}', { params, body: { value } })),
    )
  }

  async function inherit(office_id: number, name: string): Promise<void> {
    const params = { path: { office_id, name } }
    take(office_id, await answered(api.DELETE('/api/v1/offices/{office_id}/settings/{name}', { params })))
  }

  /** Count on past batches what other bars would have meant; the call can be left. */
  function preview(office_id: number, tried: Tried, signal: AbortSignal): Promise<Preview> {
    const params = { path: { office_id }, query: tried }
    return answered(api.GET('/api/v1/offices/{office_id}/threshold-preview', { params, signal }))
  }

  function take(id: number, changed: Setting): void {
    if (officeId.value !== id) return
    settings.value = settings.value.map((one) => (one.name === changed.name ? changed : one))
  }

  return { officeId, settings, isLoaded, error, open, set, inherit, preview }
})
