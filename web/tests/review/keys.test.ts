import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { COMMANDS, DEFAULT_KEYS, keyLabel, keyOf, useKeys } from '@/screens/review/keys'

function pressed(key: string, code: string, more: object = {}) {
  return { key, code, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more }
}

beforeEach(() => localStorage.clear())

describe('a pressed key', () => {
  it('is known by its place while an input method hides it', () => {
    expect(keyOf(pressed('Process', 'KeyJ'))).toBe('J')
    expect(keyOf(pressed('j', 'KeyJ'))).toBe('J')
  })

  it('is the same on the number pad and with Shift', () => {
    expect(keyOf(pressed('1', 'Numpad1'))).toBe('1')
    expect(keyOf(pressed('!', 'Digit1', { shiftKey: true }))).toBe('Shift+1')
    expect(keyOf(pressed('？', 'Slash', { shiftKey: true }))).toBe('?')
  })

  it('with Control belongs to the browser', () => {
    expect(keyOf(pressed('z', 'KeyZ', { ctrlKey: true }))).toBeNull()
    expect(keyOf(pressed('Tab', 'Tab'))).toBeNull()
  })
})

describe('keys', () => {
  it('are all different from the beginning', () => {
    expect(new Set(Object.values(DEFAULT_KEYS)).size).toBe(COMMANDS.length)
  })

  it('can be changed, and the change is kept', async () => {
    expect(useKeys().choose('next', 'ArrowRight')).toBeNull()
    await nextTick()

    expect(useKeys().commandFor(pressed('ArrowRight', 'ArrowRight'))).toBe('next')
    expect(useKeys().commandFor(pressed('j', 'KeyJ'))).toBeNull()
    expect(keyLabel('Shift+ArrowRight')).toBe('⇧→')
  })

  it('are never given twice', () => {
    const keys = useKeys()

    expect(keys.choose('next', 'Z')).toBe('undo')
    expect(keys.keys.value.next).toBe('J')
  })

  it('that were kept with a clash are forgotten', () => {
    localStorage.setItem('zhenghe.review.keys', '{"next":"Z"}')

    expect(useKeys().keys.value).toEqual(DEFAULT_KEYS)
  })
})
