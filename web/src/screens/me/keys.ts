/** Keys for programs: what they are called, how long they hold. */
import type { Schemas } from '@/api/client'
import type { Permission } from '@/stores/session'

export type Key = Schemas['TokenOut']
export type KeyState = 'holds' | 'expired' | 'revoked'

const DAY_MS = 24 * 3600 * 1000
/** What is offered; the office may allow less. */
const DAYS = [30, 90, 180, 365, 730]
/** Lifetimes that differ by less are the same to people. */
const ALIKE = 0.05

/** From what shows least to what changes most; one that is not known here stands last. */
const SCOPES: readonly Permission[] = [
  'view',
  'show_numbers',
  'view_log',
  'export',
  'upload',
  'decide',
  'pass_on',
  'verify_online',
  'manage',
]

export function stateOf(key: Key, now: Date): KeyState {
  if (key.revoked_at !== null) return 'revoked'
  return new Date(key.expires_at) <= now ? 'expired' : 'holds'
}

/** Those that open something first, the newest before the older. */
export function inOrder(keys: Key[], now: Date): Key[] {
  const rank = (key: Key) => (stateOf(key, now) === 'holds' ? 0 : 1)
  return [...keys].sort((a, b) => rank(a) - rank(b) || b.id - a.id)
}

/** Return the lifetimes that the office allows, in days; its longest is always among them. */
export function lifetimes(longest: number): number[] {
  return [...DAYS.filter((days) => days < (1 - ALIKE) * longest), longest]
}

/** Return the end of a key made now. A minute less than the longest: clocks differ a little. */
export function endAfter(days: number, now: Date): string {
  return new Date(now.getTime() + days * DAY_MS - 60_000).toISOString()
}

export function scopesInOrder(scopes: readonly Permission[]): Permission[] {
  const place = (scope: Permission) => (SCOPES.includes(scope) ? SCOPES.indexOf(scope) : SCOPES.length)
  return [...scopes].sort((a, b) => place(a) - place(b))
}
