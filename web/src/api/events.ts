/** A batch's progress as it happens. */
import type { Schemas } from './client'

export type BatchEvent = {
  state: Schemas['BatchState']
  version: number
  progress: Schemas['ProgressOut']
}

/**
 * Listen to a batch while work is under way.
 *
 * @param onEvent - Called for each change; `isDone` once nothing is under way any more.
 * @returns Ends the listening.
 */
export function followBatch(
  batchId: number,
  onEvent: (event: BatchEvent, isDone: boolean) => void,
): () => void {
  const source = new EventSource(`/api/v1/batches/${batchId}/events`)
  const read = (isDone: boolean) => (message: MessageEvent<string>) => {
    // The browser connects again by itself when a stream ends; after `done` there is nothing to wait for.
    if (isDone) source.close()
    onEvent(JSON.parse(message.data) as BatchEvent, isDone)
  }
  source.addEventListener('progress', read(false))
  source.addEventListener('done', read(true))
  return () => source.close()
}
