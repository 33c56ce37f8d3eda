import { expect, it } from 'vitest'
import { filterOf, queryOf } from '@/screens/batch/filterAddress'
import { EMPTY } from '@/screens/batch/useRowList'

it('keeps the filters of a list in the address of its page', () => {
  const filter = { ...EMPTY, state: 'waiting' as const, text: '张', opinion: true }

  expect(queryOf(filter)).toEqual({ state: 'waiting', text: '张', opinion: '1' })
  expect(filterOf(queryOf(filter))).toEqual(filter)
})

it('takes what it does not know for no filter', () => {
  expect(filterOf({ state: 'dropped', verdict: ['clear', 'review'], opinion: 'yes' })).toEqual(EMPTY)
})

it('writes nothing for what filters nothing', () => {
  expect(queryOf(EMPTY)).toEqual({})
})
