/** One deed at a time, with its error where it was asked for. */
import { ref, shallowRef } from 'vue'
import { focusIfLost } from '@/parts/focus'

export function useAttempt() {
  const isBusy = ref(false)
  const error = shallowRef<unknown>(null)

  /** Do it; tells whether it worked. */
  async function attempt(deed: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    const before = document.activeElement
    isBusy.value = true
    error.value = null
    try {
      await deed()
      return true
    } catch (problem) {
      error.value = problem
      return false
    } finally {
      isBusy.value = false
      // A button that waits cannot hold the focus.
      void focusIfLost(before)
    }
  }

  return { isBusy, error, attempt }
}
