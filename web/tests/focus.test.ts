import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { focusFirstField, focusIfLost } from '@/parts/focus'
import { useAttempt } from '@/parts/useAttempt'

function page(html: string): void {
  document.body.innerHTML = html
}
const one = (id: string) => document.getElementById(id) as HTMLElement
const focused = () => document.activeElement?.id ?? ''
const later = () => new Promise((resolve) => setTimeout(resolve))

afterEach(() => page(''))

it('gives the focus back to the button that could not hold it while it waited', async () => {
  page('<button id="save">保存</button>')
  one('save').focus()
  const { attempt } = useAttempt()

  await attempt(async () => one('save').blur())
  await flushPromises()

  expect(focused()).toBe('save')
})

it('leaves it where somebody has put it meanwhile', async () => {
  page('<button id="save">保存</button><input id="name" />')
  one('save').focus()
  const { attempt } = useAttempt()

  await attempt(async () => one('name').focus())
  await flushPromises()

  expect(focused()).toBe('name')
})

it('goes to the next that is there when the first one is gone', async () => {
  page('<button id="gone">撤销</button><button id="make">新建</button>')
  const gone = one('gone')
  gone.remove()

  await focusIfLost(gone, one('make'))

  expect(focused()).toBe('make')
})

it('begins the newest dialog at its first field that can be typed in', async () => {
  page(`<div class="el-dialog__body"><input id="below" /></div>
    <div class="el-dialog__body"><button id="eye"></button><input id="name" disabled /><input id="password" /></div>`)
  focusFirstField()
  await later()
  expect(focused()).toBe('password')
})

it('begins a dialog without fields at its first button', async () => {
  page('<div class="el-dialog__body"><button id="copy">复制</button></div>')
  focusFirstField()
  await later()
  expect(focused()).toBe('copy')
})
