import { expect, it } from 'vitest'
import { nameIn } from '@/parts/download'
import { secondOf, timeOf } from '@/parts/times'

it.each([
  ['attachment; filename="letter-3.pdf"', 'letter-3.pdf'],
  ["attachment; filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf", '批复.pdf'],
  ['attachment', null],
  [null, null],
])('reads the name of a file out of %s', (disposition, name) => {
  expect(nameIn(disposition)).toBe(name)
})

it('shows times in China wherever the machine stands', () => {
  expect(timeOf('2026-03-02T16:30:00Z')).toBe('2026-03-03 00:30')
  expect(secondOf('2026-03-02T16:00:09Z')).toBe('2026-03-03 00:00:09')
  expect(timeOf(null)).toBe('')
})
