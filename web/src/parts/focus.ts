/** Where the focus is: at a dialog's first field, and never lost with a button that waited or went. */
import { nextTick } from 'vue'

const FIELD = 'input:not([disabled], [type="checkbox"], [type="radio"]), textarea:not([disabled])'

/** Begin the newest dialog at its first field, or at its first button; called when it takes the focus. */
export function focusFirstField(): void {
  // The dialog itself takes the focus a moment after it has said so.
  setTimeout(() => {
    const body = [...document.querySelectorAll('.el-dialog__body')].at(-1)
    const first = body?.querySelector<HTMLElement>(FIELD) ?? body?.querySelector('button')
    first?.focus()
  })
}

/** Whether nothing on the page has it. */
const isLost = () => document.activeElement === null || document.activeElement === document.body

/** Give the focus to the first of these that can have it, if nothing has it once the page is drawn. */
export async function focusIfLost(...wanted: (Element | null | undefined)[]): Promise<void> {
  await nextTick()
  for (const one of wanted) if (isLost() && one instanceof HTMLElement && one.isConnected) one.focus()
}
