/** What is sent at all, what need not be sent again, and what a failure means. */
import { Problem, toProblem } from '@/api/client'
import { words } from '@/messages'

type Answered = { originalResponse?: { getStatus(): number; getBody(): string } | null }

/** Of offices' desktops: neither paper nor sheet. */
const STRAY = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|~\$[^/]*|__MACOSX\/.*)$/i
/** Larger files are sent unhashed: reading them whole would fill the memory. */
const MOST_HASHED_BYTES = 64 << 20
/** Refusals that pass by themselves. */
const PASSING = new Set(['upload_offset_mismatch', 'upload_locked', 'database_busy', 'too_many_uploads'])

/** Tell whether a file is none that belongs into a batch. */
export function isStray(name: string): boolean {
  return STRAY.test(name)
}

/** Hash a file; `null` where the browser does not (pages without TLS) or the file is too large. */
export async function sha256Of(file: File): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined || file.size > MOST_HASHED_BYTES) return null
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Tell whether a batch has this very file under this name. */
export function isSame(
  sent: { name: string; file: File },
  sha256: string | null,
  known: readonly { name: string; size_bytes: number; sha256: string }[],
): boolean {
  return (
    sha256 !== null &&
    known.some(
      (one) => one.sha256 === sha256 && one.size_bytes === sent.file.size && isName(one.name, sent.name),
    )
  )
}

/** Names come with ID numbers in them hidden. */
function isName(shown: string, name: string): boolean {
  const whole = [...shown.normalize('NFC')]
  const given = [...name.normalize('NFC')]
  return whole.length === given.length && whole.every((one, place) => one === '*' || one === given[place])
}

/** A file was moved, changed or taken away after it was chosen. */
export class FileGone extends Error {
  override name = 'FileGone'
}

/** Tell whether a file can still be read. */
export async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}

/**
 * Tell what a failure means: the connection is gone, the service takes it later, or it is the last word.
 */
export function fateOf(error: Error & Answered): 'connection' | 'later' | 'settled' {
  const status = error.originalResponse?.getStatus() ?? 0
  if (status === 0) return isNetwork(error) ? 'connection' : 'settled'
  if ([423, 429, 502, 503, 504].includes(status)) return 'later'
  return PASSING.has(problemOf(error).code) ? 'later' : 'settled'
}

/** Errors of the protocol carry their request; all others are of this page, or of a file that is gone. */
function isNetwork(error: Error & Answered): boolean {
  return 'originalRequest' in error && error.originalRequest !== null
}

/** Read an error of the protocol as the service said it. */
export function problemOf(error: Error & Answered): Problem {
  if (error instanceof Problem) return error
  const answer = error.originalResponse
  if (answer === null || answer === undefined) {
    const isGone = !isNetwork(error)
    return new Problem(
      0,
      isGone ? 'file_gone' : 'unreachable',
      words(isGone ? 'upload.fileGone' : 'common.unreachable'),
    )
  }
  try {
    return toProblem(answer.getStatus(), JSON.parse(answer.getBody()))
  } catch {
    return new Problem(answer.getStatus(), 'unreachable', words('common.unreachable'))
  }
}
