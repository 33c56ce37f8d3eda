/** Calls of the service, typed by its committed description (`openapi.json`). */
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

/** An answer that is an error: what happened and what to do, as the service says it. */
export class Problem extends Error {
  override name = 'Problem'

  constructor(
    /** HTTP status; 0 when the service was not reached. */
    readonly status: number,
    /** Stable; what programs go by. `unreachable` when the service was not reached. */
    readonly code: string,
    message: string,
    /** What the answer says beside its code and sentence. */
    readonly facts: Record<string, unknown> = {},
  ) {
    super(message)
  }
}

type Credentials = {
  /** Goes with every call that changes something. */
  csrfToken: () => string | null
  /** Ask the person to sign in again; resolves when they have, so that the call is made once more. */
  signInAgain: () => Promise<boolean>
  /** Fetch the token anew, after a sign-in in another window; tells whether there is a new one. */
  renewToken: () => Promise<boolean>
  /** What is said when the service cannot be reached. */
  unreachable: () => string
}

let credentials: Credentials = {
  csrfToken: () => null,
  signInAgain: async () => false,
  renewToken: async () => false,
  unreachable: () => 'unreachable',
}

/** Tell the client whom it calls for; the session store does. */
export function useCredentials(given: Credentials): void {
  credentials = given
}

const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const MAY_FAIL_UNSIGNED = ['/api/v1/auth/sign-in', '/api/v1/auth/totp']

/** Name and value of the header that goes with every call that changes something. */
export function tokenHeader(method: string): [string, string] | null {
  const token = credentials.csrfToken()
  return token !== null && CHANGES.has(method) ? ['X-CSRF-Token', token] : null
}

/**
 * Mend a sign-in that had run out, or that another window has replaced.
 *
 * @param body - Of the answer, as text.
 * @returns Whether the call may be made once more.
 */
export async function isMended(path: string, status: number, body: () => Promise<string>): Promise<boolean> {
  if (MAY_FAIL_UNSIGNED.includes(path)) return false
  if (status === 401) return credentials.signInAgain()
  if (status !== 403 || !(await body()).includes('"csrf_refused"')) return false
  return credentials.renewToken()
}

/**
 * Fetch as the service wants it: cookies, the CSRF token, and one more try after a sign-in that had run out.
 * What a person typed stays on the page meanwhile.
 */
export async function call(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await send(request)
  const path = new URL(request.url).pathname
  const isAgain = await isMended(path, response.status, () => response.clone().text())
  return isAgain ? send(again) : response
}

async function send(request: Request): Promise<Response> {
  const header = tokenHeader(request.method)
  if (header !== null) request.headers.set(...header)
  try {
    return await fetch(request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, 'unreachable', credentials.unreachable())
  }
}

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: call })

type Answer<T> = { data?: T; error?: unknown; response: Response }

/**
 * Return what a call answered.
 *
 * @throws {Problem} The service refused or was not reached.
 */
export async function answered<T>(pending: Promise<Answer<T>>): Promise<T> {
  return (await answeredWithTag(pending)).data
}

/** As `answered`, with the answer's version (`ETag`), to be sent back as `If-Match`. */
export async function answeredWithTag<T>(
  pending: Promise<Answer<T>>,
): Promise<{ data: T; etag: string | null }> {
  const { data, error, response } = await pending
  if (!response.ok) throw toProblem(response.status, error)
  return { data: data as T, etag: response.headers.get('ETag') }
}

/** Read an answer that is an error. */
export function toProblem(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body) {
    const { code, message, ...facts } = body as Record<string, unknown>
    return new Problem(status, String(code), String(message), facts)
  }
  return new Problem(status, `status_${status}`, credentials.unreachable())
}

/** Follow `next_cursor` to the end. */
export async function allPages<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor: string | null }>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const one = await page(cursor)
    items.push(...one.items)
    cursor = one.next_cursor ?? undefined
  } while (cursor !== undefined)
  return items
}
