/** Files that the service makes, saved by the browser; what it refuses is told in its own sentence. */
import { call, toProblem } from '@/api/client'

/**
 * Fetch a file and let the browser save it.
 *
 * @param path - Of the service, with its query.
 * @param name - When the answer names none.
 * @throws {Problem} The service refused or was not reached.
 */
export async function download(path: string, name: string): Promise<void> {
  const answer = await call(new Request(new URL(path, globalThis.location.origin)))
  if (!answer.ok) throw toProblem(answer.status, await answer.json().catch(() => null))
  const address = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = nameIn(answer.headers.get('Content-Disposition')) ?? name
  link.click()
  // The browser has begun to save by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Read the name of a file out of `Content-Disposition`. */
export function nameIn(disposition: string | null): string | null {
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  if (coded !== undefined) return decodeURIComponent(coded)
  return /filename="([^"]+)"/i.exec(disposition ?? '')?.[1] ?? null
}
