import { afterEach, expect, it, vi } from 'vitest'
import { copyText } from '@/parts/copy'
import { newKey, onceKeys } from '@/parts/onceKeys'
import { useAttempt } from '@/parts/useAttempt'

afterEach(() => vi.unstubAllGlobals())

it('gives the same content the same key, other content another', () => {
  const keyFor = onceKeys()
  const first = keyFor({ name: '甲' })

  expect(keyFor({ name: '甲' })).toBe(first)
  expect(keyFor({ name: '乙' })).not.toBe(first)
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/)
  expect(newKey()).not.toBe(newKey())
})

it('copies by selection where the page came without TLS, and leaves nothing on it', async () => {
  vi.stubGlobal('navigator', { clipboard: undefined })
  const button = document.createElement('button')
  document.body.append(button)
  button.focus()
  let copied = ''
  document.execCommand = vi.fn(() => {
    copied = document.querySelector('textarea')?.value ?? ''
    return true
  })

  expect(await copyText('qk7m-3xwd')).toBe(true)
  expect(copied).toBe('qk7m-3xwd')
  expect(document.querySelector('textarea')).toBeNull()
  expect(document.activeElement).toBe(button)
})

it('says when copying is not allowed at all', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('denied')) } })
  document.execCommand = () => {
    throw new Error('denied')
  }

  expect(await copyText('x')).toBe(false)
})

it('does one thing at a time and keeps its error until the next', async () => {
  const { isBusy, error, attempt } = useAttempt()
  let letGo = () => {}
  const first = attempt(() => new Promise<void>((resolve) => (letGo = resolve)))
  expect(isBusy.value).toBe(true)
  expect(await attempt(async () => {})).toBe(false)
  letGo()
  expect(await first).toBe(true)

  const broken = new Error('no')
  expect(await attempt(() => Promise.reject(broken))).toBe(false)
  expect(error.value).toBe(broken)
  expect(await attempt(async () => {})).toBe(true)
  expect(error.value).toBeNull()
})
