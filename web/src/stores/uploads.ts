/** Files on their way into batches: in parts, resumed after a lost connection and after the page was opened anew. */
import { defineStore } from 'pinia'
// With the page, not later: a connection may be gone by the time that the first file is sent.
import { Upload } from 'tus-js-client'
import { computed, reactive, ref } from 'vue'
import { InterruptedUploads, interruptedOf, printText, type Interrupted } from '@/api/interrupted'
import { answered, api, Problem } from '@/api/client'
import { words } from '@/messages'
import { partReader, SignedStack } from '@/api/resumable'
import { tell } from '@/parts/problems'
import { useBatch } from '@/stores/batch'
import { fateOf, FileGone, isReadable, isSame, isStray, problemOf, sha256Of } from '@/stores/uploadRules'
import { useSession } from '@/stores/session'

export type Sending = {
  key: string
  batchId: number
  /** Path in the batch. */
  name: string
  file: File
  state: 'waiting' | 'sending' | 'done' | 'failed'
  sentBytes: number
  /** The connection is gone, or the service is busy; it goes on by itself. */
  isInterrupted: boolean
  problem: Problem | null
  /** The file that it replaces, or, once it failed for that, the one that has its name. */
  takenBy: number | null
}

/** A file that is in the batch already. */
export type Known = { name: string; size_bytes: number; sha256: string }

const AT_ONCE = 3
const PART_BYTES = 4 << 20
/** Tries of the protocol's client; then the queue tries for as long as it takes. */
const AGAIN_AFTER_MS = [500, 1000, 3000]
const AGAIN_LATER_MS = 5000
const KEPT_BY_BROWSER = new InterruptedUploads()

export const useUploads = defineStore('uploads', () => {
  const session = useSession()
  const batch = useBatch()
  const items = reactive(new Map<string, Sending>())
  /** Batches whose check is wanted as soon as their files have arrived. */
  const checkAfter = reactive(new Set<number>())
  /** Rises when what the browser keeps of interrupted uploads has changed. */
  const keptRevision = ref(0)
  const running = new Map<string, Upload | null>()
  const known = new Map<number, readonly Known[]>()

  const ofBatch = computed(
    () => (batchId: number) => [...items.values()].filter((one) => one.batchId === batchId),
  )
  const isUnderWay = (one: Sending) => one.state === 'waiting' || one.state === 'sending'
  const underWay = computed(() => [...items.values()].filter(isUnderWay))
  const isBusy = computed(() => underWay.value.length > 0)

  /** Tell which files a batch has, so that the same are not sent again. */
  function setKnown(batchId: number, files: readonly Known[]): void {
    known.set(batchId, files)
  }

  /**
   * Put files into the queue.
   *
   * @param files - With their paths in the batch.
   * @param replaces - The file of the batch that a better one takes the place of.
   * @returns How many were left out because they are none that belongs into a batch.
   */
  function add(
    batchId: number,
    files: { name: string; file: File }[],
    replaces: number | null = null,
  ): number {
    const wanted = files.filter(({ name }) => !isStray(name))
    for (const { name, file } of wanted) {
      const key = `${batchId}/${name}`
      const before = items.get(key)
      if (before !== undefined && isUnderWay(before)) continue
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
    return files.length - wanted.length
  }

  function go(): void {
    for (const item of items.values()) {
      if (running.size >= AT_ONCE) return
      if (item.state === 'waiting' && !running.has(item.key)) void start(item)
    }
  }

  async function start(item: Sending): Promise<void> {
    item.state = 'sending'
    running.set(item.key, null)
    const isWanted = () => running.has(item.key) && items.get(item.key) === item
    try {
      if (item.file.size === 0) throw new Problem(0, 'empty_file', words('upload.emptyFile'))
      const sha256 = await sha256Of(item.file)
      if (!isWanted()) return
      if (item.takenBy === null && isSame(item, sha256, known.get(item.batchId) ?? [])) return end(item, null)
      const upload = prepare(item, sha256)
      running.set(item.key, upload)
      const earlier = await upload.findPreviousUploads()
      if (!isWanted()) return
      if (earlier[0] !== undefined) upload.resumeFromPreviousUpload(earlier[0])
      upload.start()
    } catch (error) {
      if (isWanted()) end(item, error as Error)
    }
  }

  function prepare(item: Sending, sha256: string | null): Upload {
    const replaces = item.takenBy
    const print = {
      userId: session.me?.id ?? 0,
      batchId: item.batchId,
      name: item.name,
      size: item.file.size,
      lastModified: item.file.lastModified,
      replaces,
    }
    return new Upload(item.file, {
      endpoint: new URL(`/api/v1/batches/${item.batchId}/uploads`, globalThis.location.origin).href,
      chunkSize: PART_BYTES,
      retryDelays: AGAIN_AFTER_MS,
      metadata: {
        filename: item.name,
        ...(replaces !== null && { replaces: String(replaces) }),
        ...(sha256 !== null && { sha256 }),
      },
      httpStack: new SignedStack(),
      fileReader: partReader,
      urlStorage: KEPT_BY_BROWSER,
      fingerprint: async () => printText(print),
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => fateOf(error) !== 'settled',
      onProgress: (sent) => {
        item.isInterrupted = false
        item.sentBytes = sent
      },
      onSuccess: () => end(item, null),
      onError: (error) => void failed(item, error),
    })
  }

  async function failed(item: Sending, error: Error): Promise<void> {
    const upload = running.get(item.key)
    // To the browser a file that was moved while it was sent looks like a lost connection.
    const fate = (await isReadable(item.file)) ? error : new FileGone()
    if (running.get(item.key) !== upload) return
    if (fateOf(fate) === 'settled') return end(item, fate)
    item.isInterrupted = true
    item.problem = problemOf(fate)
    const again = () => {
      clearTimeout(timer)
      globalThis.removeEventListener('online', again)
      if (running.get(item.key) === upload) upload?.start()
    }
    const timer = setTimeout(again, AGAIN_LATER_MS)
    globalThis.addEventListener('online', again)
  }

  function end(item: Sending, error: Error | null): void {
    running.delete(item.key)
    item.isInterrupted = false
    item.problem = error === null ? null : problemOf(error)
    item.state = error === null ? 'done' : 'failed'
    if (error === null) item.sentBytes = item.file.size
    const taken = item.problem?.facts['document_id']
    item.takenBy = item.problem?.code === 'document_name_taken' && typeof taken === 'number' ? taken : null
    keptRevision.value += 1
    go()
    void checkIfWanted(item.batchId)
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
    const batchId = items.get(key)?.batchId
    running.delete(key)
    items.delete(key)
    go()
    await upload?.abort(true).catch(() => undefined)
    keptRevision.value += 1
    if (batchId !== undefined) void checkIfWanted(batchId)
  }

  /** Give up all that has not arrived. */
  async function dropAll(batchId: number): Promise<void> {
    checkAfter.delete(batchId)
    await Promise.all(
      ofBatch
        .value(batchId)
        .filter((one) => one.state !== 'done')
        .map((one) => drop(one.key)),
    )
  }

  /** Forget what has arrived. */
  function tidy(batchId: number): void {
    for (const item of ofBatch.value(batchId)) if (item.state === 'done') items.delete(item.key)
  }

  /** What was begun before the page was opened anew, and is not being sent now. */
  const interrupted = computed(() => (batchId: number): Interrupted[] => {
    void keptRevision.value
    const names = new Set(ofBatch.value(batchId).map((one) => one.name))
    return interruptedOf(session.me?.id ?? 0, batchId).filter((one) => !names.has(one.name))
  })

  /** Give up what was begun before; the parts that arrived are removed. */
  async function forget(batchId: number): Promise<void> {
    for (const one of interrupted.value(batchId)) {
      await KEPT_BY_BROWSER.removeUpload(one.key)
      const upload_id = one.uploadUrl.split('/').at(-1) ?? ''
      // Parts that stay are removed by the service after three days.
      await answered(api.DELETE('/api/v1/uploads/{upload_id}', { params: { path: { upload_id } } })).catch(
        () => undefined,
      )
    }
    keptRevision.value += 1
  }

  async function checkIfWanted(batchId: number): Promise<void> {
    const left = ofBatch.value(batchId).filter((one) => one.state !== 'done')
    if (!checkAfter.has(batchId) || left.some(isUnderWay)) return
    checkAfter.delete(batchId)
    // A file that did not arrive is for a person to decide about first.
    if (left.length > 0) return
    await answered(
      api.POST('/api/v1/batches/{batch_id}/check', { params: { path: { batch_id: batchId } } }),
    ).catch(tell)
    if (batch.batch?.id !== batchId) return
    await batch.reload()
    batch.listen()
  }

  return {
    items,
    checkAfter,
    ofBatch,
    underWay,
    isBusy,
    interrupted,
    setKnown,
    add,
    again,
    drop,
    dropAll,
    tidy,
    forget,
  }
})
