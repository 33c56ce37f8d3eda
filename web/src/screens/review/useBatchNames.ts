/** Names of the office's batches, where rows of several come one after the other. */
import { shallowRef } from 'vue'
import { allPages, answered, api } from '@/api/client'

export function useBatchNames(isWanted: () => boolean) {
  const names = shallowRef(new Map<number, string>())

  async function read(): Promise<void> {
    const batches = await allPages((cursor) =>
      answered(api.GET('/api/v1/batches', { params: { query: cursor === undefined ? {} : { cursor } } })),
    )
    names.value = new Map(batches.map((one) => [one.id, one.name]))
  }

  // Without names the rows say their tab.
  if (isWanted()) void read().catch(() => undefined)
  return { get: (batchId: number) => names.value.get(batchId) }
}
