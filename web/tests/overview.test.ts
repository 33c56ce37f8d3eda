import { expect, it } from 'vitest'
import { isRecheckLeft, mostUrgentFirst, partsOf, urgencyOf, type Batch } from '@/screens/overview/figures'

const batch = (id: number, days_left: number | null) => ({ id, days_left }) as Batch

it('counts rows by what is left to do', () => {
  expect(partsOf({ cleared: 6, decided: 1, waiting: 2, sent_back: 1 })).toMatchObject({ all: 10, share: 70 })
  expect(partsOf({})).toMatchObject({ all: 0, share: 0 })
})

it('never says all is done while a row waits', () => {
  expect(partsOf({ cleared: 9_999, waiting: 1 }).share).toBe(99)
})

it.each([
  ['in_review', { cleared: 5 }, true],
  ['in_review', { cleared: 5, waiting: 1 }, false],
  ['in_review', { cleared: 5, sent_back: 1 }, false],
  ['ready', { cleared: 5 }, false],
] as const)('says of a batch that is %s with %o whether only its re-check is left', (state, counts, is) => {
  expect(isRecheckLeft({ state, counts })).toBe(is)
})

it.each([
  [null, 'none'],
  [-1, 'late'],
  [0, 'today'],
  [7, 'near'],
  [8, 'far'],
] as const)('tells how urgent %s days left are', (days, urgency) => {
  expect(urgencyOf(days)).toBe(urgency)
})

it('puts what is overdue longest before all others', () => {
  const batches = [batch(9, 30), batch(8, -2), batch(7, null), batch(6, -40)]

  expect(mostUrgentFirst(batches).map((one) => one.id)).toEqual([6, 8, 9, 7])
})
