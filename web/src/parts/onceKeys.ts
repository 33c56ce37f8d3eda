/** Keys by which the service knows a call that came before (`Idempotency-Key`). */

/** Return a key that no other call has; browsers give `randomUUID` to secure pages only. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Return what gives the same key for the same content, so that what was answered unheard is not done twice. */
export function onceKeys(): (content: unknown) => string {
  let last = ''
  let key = newKey()
  return (content) => {
    const text = JSON.stringify(content)
    if (text !== last) key = newKey()
    last = text
    return key
  }
}
