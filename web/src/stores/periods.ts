/** The reporting periods of all offices; the office at the top keeps them. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { answered, api, type Schemas } from '@/api/client'

export type Period = Schemas['PeriodOut']
export type PeriodIn = Schemas['PeriodIn']

export const usePeriods = defineStore('periods', () => {
  const periods = shallowRef<Period[]>([])
  const isLoaded = ref(false)
  const error = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    error.value = null
    try {
      periods.value = await answered(api.GET('/api/v1/periods'))
      isLoaded.value = true
    } catch (problem) {
      error.value = problem
    }
  }

  async function make(body: PeriodIn, key: string): Promise<void> {
    const params = { header: { 'Idempotency-Key': key } }
    await answered(api.POST('/api/v1/periods', { params, body }))
    await load()
  }

  /** Write a period anew, as it was seen. */
  async function change(period: Period, body: PeriodIn): Promise<void> {
    const params = { path: { period_id: period.id }, header: { 'if-match': `"${period.version}"` } }
    await answered(api.PUT('/api/v1/periods/{period_id}', { params, body }))
    await load()
  }

  /** Take over the periods of the notice; tells how many were not there yet. */
  async function importNotice(): Promise<number> {
    // Asked anew: the list may not be here yet, or be an old one.
    const known = new Set((await answered(api.GET('/api/v1/periods'))).map((one) => one.id))
    periods.value = await answered(api.POST('/api/v1/periods/import-2021'))
    isLoaded.value = true
    return periods.value.filter((one) => !known.has(one.id)).length
  }

  return { periods, isLoaded, error, load, make, change, importNotice }
})
