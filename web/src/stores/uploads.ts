/** Files on their way into batches: in parts, resumed after a lost connection and after the page was opened anew. */
import { defineStore } from 'pinia'
import { DetailedError, Upload } from 'tus-js-client'
import { computed, reactive } from 'vue'
import { toProblem, Problem } from '@/api/client'
import { words } from '@/messages'
import { useSession } from '@/stores/session'

export type Sending = {
  key: string
  batchId: number
  /** Path in the batch. */
  name: string
  file: File
  state: 'waiting' | 'sending' | 'done' | 'failed'
  sentBytes: number
  /** The connection is gone; it goes on by itself. */
  isInterrupted: boolean
  problem: Problem | null
  /** The file of that name that is in the way; sending again with it replaces that. */
  takenBy: number | null
}

const AT_ONCE = 3
const PART_BYTES = 4 << 20
/** About ten minutes without a connection, then a person is asked. */
const AGAIN_AFTER_MS = [500, 1000, 2000, 5000, ...Array<number>(60).fill(10_000)]
/** Of offices' desktops: neither paper nor sheet. */
const NEVER = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|~\$[^/]*)$/i

export const useUploads = defineStore('uploads', () => {
  const session = useSession()
  const items = reactive(new Map<string, Sending>())
  const running = new Map<string, Upload>()

  const ofBatch = computed(
    () => (batchId: number) => [...items.values()].filter((one) => one.batchId === batchId),
  )
  const isBusy = computed(() => [...items.values()].some((one) => ['waiting', 'sending'].includes(one.state)))

  /**
   * Put files into the queue.
   *
   * @param files - With their paths in the batch.
   * @returns How many were left out because they are none that belongs into a batch.
   */
  function add(
    batchId: number,
    files: { name: string; file: File }[],
    replaces: number | null = null,
  ): number {
    let leftOut = 0
    for (const { name, file } of files) {
      if (NEVER.test(name)) {
        leftOut += 1
        continue
      }
      const key = `${batchId}/${name}`
      if (['waiting', 'sending'].includes(items.get(key)?.state ?? '')) continue
      items.set(key, {
        key,
        batchId,
        name,
        file,
        state: 'waiting',
        sentBytes: 0,
        isInterrupted: false,
        problem: null,
        takenBy: replaces,
      })
    }
    go()
    return leftOut
  }

  function go(): void {
    for (const item of items.values()) {
      if (running.size >= AT_ONCE) return
      if (item.state === 'waiting') start(item)
    }
  }

  function start(item: Sending): void {
    item.state = 'sending'
    const replaces = item.takenBy
    const upload = new Upload(item.file, {
      endpoint: `/api/v1/batches/${item.batchId}/uploads`,
      chunkSize: PART_BYTES,
      retryDelays: AGAIN_AFTER_MS,
      metadata: { filename: item.name, ...(replaces !== null && { replaces: String(replaces) }) },
      fingerprint: async (file) =>
        ['zhenghe', item.batchId, item.name, file.size, (file as File).lastModified, replaces].join(':'),
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => {
        if (session.csrfToken !== null) request.setHeader('X-CSRF-Token', session.csrfToken)
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0
        item.isInterrupted = status === 0
        // A sign-in that ran out is asked for over the page; what was sent stays sent.
        if (status === 401) void session.askAgain()
        return status === 0 || status === 401 || status === 409 || status === 423 || status >= 500
          ? !isSettled(error)
          : false
      },
      onProgress: (sent) => {
        item.isInterrupted = false
        item.sentBytes = sent
      },
      onSuccess: () => end(item, null),
      onError: (error) => end(item, error),
    })
    running.set(item.key, upload)
    void upload.findPreviousUploads().then((earlier) => {
      if (!running.has(item.key)) return
      if (earlier[0] !== undefined) upload.resumeFromPreviousUpload(earlier[0])
      upload.start()
    })
  }

  function end(item: Sending, error: Error | DetailedError | null): void {
    running.delete(item.key)
    item.isInterrupted = false
    if (error === null) {
      item.state = 'done'
      item.sentBytes = item.file.size
      item.problem = null
      item.takenBy = null
    } else {
      item.state = 'failed'
      item.problem = problemOf(error)
      const taken = item.problem.facts['document_id']
      item.takenBy = item.problem.code === 'document_name_taken' && typeof taken === 'number' ? taken : null
    }
    go()
  }

  /** Send again; where another file has the name, in its place. */
  function again(key: string): void {
    const item = items.get(key)
    if (item === undefined || item.state !== 'failed') return
    Object.assign(item, { state: 'waiting', problem: null, sentBytes: 0 })
    go()
  }

  /** Give a file up; what was sent of it is removed there too. */
  async function drop(key: string): Promise<void> {
    const upload = running.get(key)
    running.delete(key)
    items.delete(key)
    await upload?.abort(true).catch(() => undefined)
    go()
  }

  /** Forget what has arrived. */
  function tidy(batchId: number): void {
    for (const item of items.values())
      if (item.batchId === batchId && item.state === 'done') items.delete(item.key)
  }

  return { items, ofBatch, isBusy, add, again, drop, tidy }
})

/** Read an error of the protocol as the service said it. */
export function problemOf(error: Error | DetailedError): Problem {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  if (answer === null || answer === undefined)
    return new Problem(0, 'unreachable', words('common.unreachable'))
  try {
    return toProblem(answer.getStatus(), JSON.parse(answer.getBody()))
  } catch {
    return new Problem(answer.getStatus(), 'unreachable', words('common.unreachable'))
  }
}

/** Another try would be answered the same. */
function isSettled(error: DetailedError): boolean {
  const code = problemOf(error).code
  return (
    !['upload_offset_mismatch', 'unreachable', 'database_busy', 'upload_locked', 'internal_error'].includes(
      code,
    ) && (error.originalResponse?.getStatus() ?? 0) !== 401
  )
}
