/** Whether capitals are locked: the commonest reason why a right password is refused. */
import { ref } from 'vue'

export function useCapsLock() {
  const isCapsLock = ref(false)

  /** To be called with each key. */
  function watchCapsLock(event: KeyboardEvent): void {
    // Filling in by the browser sends events that are no keys.
    if (typeof event.getModifierState === 'function') isCapsLock.value = event.getModifierState('CapsLock')
  }

  return { isCapsLock, watchCapsLock }
}
