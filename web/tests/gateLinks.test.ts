import { expect, it } from 'vitest'
import { placeOf, type GateCode } from '@/screens/way/gateLinks'
import zh from '@/messages/zh'

const ALL = [
  'not_checked',
  'rows_undecided',
  'rows_sent_back',
  'recheck_unfinished',
  'second_opinion_open',
  'approval_number_mismatch',
  'approval_missing',
  'letter_missing',
  'letter_not_in_order',
  'files_unfinished',
  'four_eyes',
  'no_next_office',
] as const satisfies readonly GateCode[]

it.each(ALL)('leads from %s to a page with a name, or is nobody of this office to mend', (code) => {
  const place = placeOf(code, 7)
  const names: Record<string, string> = zh.way.places

  expect(place === null).toBe(code === 'four_eyes' || code === 'no_next_office')
  expect(place === null || names[code] !== undefined).toBe(true)
})

it('opens the queue of drawn rows for an unfinished re-check', () => {
  expect(placeOf('recheck_unfinished', 7)).toEqual({
    path: '/batches/7/review',
    query: { queue: 'recheck' },
  })
})
