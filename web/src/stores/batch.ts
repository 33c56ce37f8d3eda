/** The batch that is open, kept as the service has it while work on it is under way. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { answeredWithTag, answered, api, type Schemas } from '@/api/client'
import { followBatch } from '@/api/events'

export type Batch = Schemas['BatchOut']
export type Progress = Schemas['ProgressOut']

export const useBatch = defineStore('batch', () => {
  const batch = shallowRef<Batch | null>(null)
  const etag = ref<string | null>(null)
  const progress = shallowRef<Progress | null>(null)
  /** Files are being read or rows being checked. */
  const isBusy = ref(false)
  const error = shallowRef<unknown>(null)
  /** Rises with every change that the lists of a batch must be read again for. */
  const revision = ref(0)
  let leave: (() => void) | null = null

  /** Open a batch and listen to it; what was open before is left. */
  async function open(batchId: number): Promise<void> {
    if (batch.value?.id !== batchId) {
      close()
      await reload(batchId)
    }
    if (batch.value !== null) listen(batchId)
  }

  /** Read the batch again, after something was done to it. */
  async function reload(batchId = batch.value?.id): Promise<void> {
    if (batchId === undefined) return
    const params = { path: { batch_id: batchId } }
    try {
      const [read, far] = await Promise.all([
        answeredWithTag(api.GET('/api/v1/batches/{batch_id}', { params })),
        answered(api.GET('/api/v1/batches/{batch_id}/progress', { params })),
      ])
      batch.value = read.data
      etag.value = read.etag
      progress.value = far
      error.value = null
      revision.value += 1
    } catch (problem) {
      error.value = problem
    }
  }

  /** Listen for progress; call it again after work was begun. */
  function listen(batchId = batch.value?.id): void {
    if (batchId === undefined) return
    leave?.()
    isBusy.value = true
    leave = followBatch(batchId, (event, isDone) => {
      progress.value = event.progress
      isBusy.value = !isDone
      if (event.version !== batch.value?.version || isDone) void reload(batchId)
    })
  }

  function close(): void {
    leave?.()
    leave = null
    batch.value = null
    progress.value = null
    isBusy.value = false
  }

  return { batch, etag, progress, isBusy, error, revision, open, reload, listen, close }
})
