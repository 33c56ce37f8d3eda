/** How long from a key press to the next item complete on the screen; read by tests from the browser's own record. */

export const PRESSED = 'review:pressed'
export const COMPLETE = 'review:next'

let isWaiting = false

/** A key or button was pressed that leads to another item. */
export function markPressed(): void {
  performance.clearMarks(PRESSED)
  performance.mark(PRESSED)
  isWaiting = true
}

/** The item stands with its picture; measured once the frame it was drawn in is on the screen. */
export function markComplete(): void {
  if (!isWaiting) return
  isWaiting = false
  const channel = new MessageChannel()
  channel.port1.onmessage = () => {
    channel.port1.close()
    if (performance.getEntriesByName(PRESSED).length > 0) performance.measure(COMPLETE, PRESSED)
  }
  requestAnimationFrame(() => channel.port2.postMessage(null))
}
