import { describe, expect, it } from 'vitest'
import { endAfter, inOrder, lifetimes, scopesInOrder, stateOf, type Key } from '@/screens/me/keys'

const NOW = new Date('2026-03-02T00:00:00Z')

const key = (id: number, expires_at: string, revoked_at: string | null = null) =>
  ({ id, expires_at, revoked_at, name: `${id}`, scopes: ['view'] }) as Key

describe('a key for programs', () => {
  it.each([
    ['2026-03-03T00:00:00Z', null, 'holds'],
    ['2026-03-01T00:00:00Z', null, 'expired'],
    ['2026-03-03T00:00:00Z', '2026-02-01T00:00:00Z', 'revoked'],
  ] as const)('that ends at %s and was revoked at %s is said to be what it is', (ends, revoked, state) => {
    expect(stateOf(key(1, ends, revoked), NOW)).toBe(state)
  })

  it('that opens nothing any more stands behind those that do', () => {
    const keys = [
      key(1, '2027-01-01T00:00:00Z'),
      key(2, '2026-01-01T00:00:00Z'),
      key(3, '2027-01-01T00:00:00Z'),
    ]

    expect(inOrder(keys, NOW).map((one) => one.id)).toEqual([3, 1, 2])
  })

  it('never lasts longer than the office allows', () => {
    expect(lifetimes(366)).toEqual([30, 90, 180, 366])
    expect(lifetimes(90)).toEqual([30, 90])
    expect(lifetimes(730)).toEqual([30, 90, 180, 365, 730])
    expect(lifetimes(7)).toEqual([7])
    expect(new Date(endAfter(7, NOW)).getTime()).toBeLessThan(NOW.getTime() + 7 * 24 * 3600 * 1000)
  })

  it('names what it opens from looking to changing, with what these pages do not know last', () => {
    const future = 'future' as Key['scopes'][number]

    expect(scopesInOrder(['decide', future, 'export', 'view'])).toEqual(['view', 'export', 'decide', future])
  })
})
