/** How many rows wait, by kind of difference and by field, and which differences several rows share. */
import { computed, ref, shallowRef } from 'vue'
import * as calls from './calls'

export function useCounts(scope: () => calls.Scope) {
  const groups = shallowRef<calls.Group[]>([])
  const fields = shallowRef<calls.WaitingField[]>([])
  const patterns = shallowRef<calls.Pattern[]>([])
  /** Decided here since the counts were read. */
  const doneHere = ref(0)
  const waiting = computed(() => groups.value.reduce((sum, group) => sum + group.count, 0))
  const left = computed(() => {
    const { group, field } = scope()
    const asked =
      field === undefined
        ? groups.value.filter((one) => group === undefined || one.group === group)
        : fields.value.filter((one) => one.field === field)
    return Math.max(0, asked.reduce((sum, one) => sum + one.count, 0) - doneHere.value)
  })

  /** Read them; what cannot be read stays as it was. */
  async function read(of = scope()): Promise<void> {
    const { batchId, queue } = of
    if (batchId === undefined) return
    const [kinds, waitingFields, shared] = await Promise.all([
      calls.readGroups(batchId, queue).catch(() => null),
      queue === 'review' ? calls.readWaitingFields(batchId).catch(() => null) : [],
      queue === 'review' ? calls.readPatterns(batchId).catch(() => null) : [],
    ])
    if (scope() !== of) return
    if (kinds !== null) {
      groups.value = kinds
      doneHere.value = 0
    }
    if (waitingFields !== null) fields.value = waitingFields
    if (shared !== null) patterns.value = shared
  }

  function forget(): void {
    groups.value = []
    fields.value = []
    patterns.value = []
    doneHere.value = 0
  }

  return { groups, fields, patterns, doneHere, waiting, left, read, forget }
}
