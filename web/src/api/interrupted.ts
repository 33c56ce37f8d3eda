/** Uploads that were begun and not ended, kept by the browser: chosen again, a file goes on where it stopped. */
import type { PreviousUpload, UrlStorage } from 'tus-js-client'

export type Interrupted = {
  key: string
  batchId: number
  /** Path in the batch. */
  name: string
  size: number
  uploadUrl: string
}

/** What names a file for going on: who sends it where, and which it is. */
export type Print = {
  userId: number
  batchId: number
  name: string
  size: number
  lastModified: number
  replaces: number | null
}

const PREFIX = 'zhenghe-upload:'
/** The service keeps parts as long. */
const KEPT_MS = 3 * 24 * 3600 * 1000

type Kept = { print: Print; upload: Omit<PreviousUpload, 'urlStorageKey'> }

export const printText = (print: Print): string =>
  JSON.stringify([print.userId, print.batchId, print.replaces, print.size, print.lastModified, print.name])

function printOf(text: string): Print {
  const [userId, batchId, replaces, size, lastModified, name] = JSON.parse(text)
  return { userId, batchId, replaces, size, lastModified, name }
}

/** Where the protocol's client keeps the addresses of uploads. */
export class InterruptedUploads implements UrlStorage {
  async findAllUploads(): Promise<PreviousUpload[]> {
    return all().map(([key, kept]) => ({ ...kept.upload, urlStorageKey: key }))
  }

  async findUploadsByFingerprint(fingerprint: string): Promise<PreviousUpload[]> {
    return all()
      .filter(([, kept]) => printText(kept.print) === fingerprint)
      .map(([key, kept]) => ({ ...kept.upload, urlStorageKey: key }))
  }

  async removeUpload(urlStorageKey: string): Promise<void> {
    localStorage.removeItem(urlStorageKey)
  }

  async addUpload(fingerprint: string, upload: PreviousUpload): Promise<string> {
    const id = crypto.getRandomValues(new Uint32Array(2)).join('')
    const key = `${PREFIX}${id}`
    const kept: Kept = {
      print: printOf(fingerprint),
      // The names are in the print already.
      upload: { ...upload, metadata: {} },
    }
    try {
      localStorage.setItem(key, JSON.stringify(kept))
    } catch {
      // A full store costs going on after a reload, not the upload.
    }
    return key
  }
}

/** Return what somebody began to send into a batch and has not ended. */
export function interruptedOf(userId: number, batchId: number): Interrupted[] {
  return all()
    .filter(([, kept]) => kept.print.userId === userId && kept.print.batchId === batchId)
    .map(([key, kept]) => ({
      key,
      batchId,
      name: kept.print.name,
      size: kept.print.size,
      uploadUrl: kept.upload.uploadUrl ?? '',
    }))
}

function all(): [string, Kept][] {
  const found: [string, Kept][] = []
  const keys = Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place) ?? '')
  for (const key of keys.filter((one) => one.startsWith(PREFIX))) {
    const kept = read(key)
    if (kept === null || Date.now() - Date.parse(kept.upload.creationTime) > KEPT_MS)
      localStorage.removeItem(key)
    else found.push([key, kept])
  }
  return found
}

function read(key: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null
  } catch {
    return null
  }
}
