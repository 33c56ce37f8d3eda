/** Where a value comes from, in words. */
import { useI18n } from 'vue-i18n'
import { useOffices } from '@/stores/offices'
import type { Setting } from '@/stores/settings'

export function useSource(officeId: () => number) {
  const { t } = useI18n()
  const offices = useOffices()

  function sourceOf(setting: Setting): string {
    const id = setting.set_by_office_id
    if (id === null) return t('settings.fromProduct')
    if (id === officeId()) return t('settings.fromHere')
    return t('settings.fromOffice', { office: offices.byId.get(id)?.name ?? t('settings.officeAbove') })
  }

  return { sourceOf }
}
