/** The rows of a batch that meet the filters, read page by page so that the first are there at once. */
import { computed, shallowRef, ref, watch, type Ref } from 'vue'
import { answered, api, type Schemas } from '@/api/client'

export type Row = Schemas['RowOut']

export type RowFilter = {
  state: Schemas['RowState'] | ''
  verdict: Schemas['Verdict'] | ''
  group: string
  recheck: Schemas['RecheckState'] | ''
  /** Name, its initials, employer, number or title. */
  text: string
  /** Only those that wait for a second opinion. */
  opinion: boolean
}

export const EMPTY: RowFilter = { state: '', verdict: '', group: '', recheck: '', text: '', opinion: false }

const PER_CALL = 1000

/** Follow a batch's rows; `revision` rises when they must be read again. */
export function useRowList(batchId: Ref<number>, filter: Ref<RowFilter>, revision: Ref<number>) {
  const loaded = shallowRef<Row[]>([])
  const isLoading = ref(false)
  const error = shallowRef<unknown>(null)
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    isLoading.value = true
    error.value = null
    const { state, verdict, group, recheck, text } = filter.value
    const wanted = {
      ...(state && { state }),
      ...(verdict && { verdict }),
      ...(group && { group }),
      ...(recheck && { recheck }),
      ...(text.trim() && { text: text.trim() }),
    }
    let rows: Row[] = []
    let cursor: string | undefined
    try {
      do {
        const page = await answered(
          api.GET('/api/v1/batches/{batch_id}/rows', {
            params: { path: { batch_id: batchId.value }, query: { ...wanted, limit: PER_CALL, cursor } },
          }),
        )
        // Another filter was chosen meanwhile: what comes now belongs to nobody.
        if (mine !== asked) return
        rows = rows.concat(page.items)
        loaded.value = rows
        cursor = page.next_cursor ?? undefined
      } while (cursor !== undefined)
    } catch (problem) {
      if (mine === asked) error.value = problem
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }

  const rows = computed(() =>
    filter.value.opinion ? loaded.value.filter((row) => row.opinion_of !== null) : loaded.value,
  )
  watch([batchId, filter, revision], load, { immediate: true })
  return { rows, isLoading, error, load }
}
