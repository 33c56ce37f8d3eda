/** Counts on past batches while values are typed: after a pause, the last values only. */
import { useDebounceFn } from '@vueuse/core'
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useSettings, type Preview, type Tried } from '@/stores/settings'

const PAUSE_MS = 400

/**
 * @param officeId - `null` asks nothing.
 * @param tried - The values to be counted with.
 */
export function usePreview(officeId: () => number | null, tried: () => Tried) {
  const store = useSettings()
  const preview = shallowRef<Preview | null>(null)
  const isCounting = ref(false)
  const problem = shallowRef<unknown>(null)
  let under: AbortController | null = null

  async function count(): Promise<void> {
    const id = officeId()
    if (id === null) return
    under?.abort()
    const mine = (under = new AbortController())
    isCounting.value = true
    problem.value = null
    try {
      const found = await store.preview(id, tried(), mine.signal)
      if (under === mine) preview.value = found
    } catch (error) {
      if (under === mine) problem.value = error
    } finally {
      if (under === mine) isCounting.value = false
    }
  }

  const later = useDebounceFn(count, PAUSE_MS)
  watch(
    () => [officeId(), JSON.stringify(tried())],
    () => {
      isCounting.value = officeId() !== null
      void later()
    },
  )
  void count()
  onBeforeUnmount(() => {
    under?.abort()
    under = null
  })

  return { preview, isCounting, problem, retry: count }
}
