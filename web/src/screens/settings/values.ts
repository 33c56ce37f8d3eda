/** Settings as people read and type them: shares in percent, guards with the way that is stricter. */
import type { Setting, Value } from '@/stores/settings'

/** Settings that say when a row is cleared without a person; they are tried before they are set. */
export const THRESHOLDS: readonly string[] = ['clear_probability', 'clear_link_score']
const ACCESS: readonly string[] = ['session_hours', 'session_idle_minutes', 'token_days']

export type Group = 'thresholds' | 'review' | 'access'

/** Where a setting is shown; one that these pages do not know yet is about review. */
export function groupOf(setting: Pick<Setting, 'name'>): Group {
  if (THRESHOLDS.includes(setting.name)) return 'thresholds'
  return ACCESS.includes(setting.name) ? 'access' : 'review'
}

/** All settings with a fraction are shares. */
const isShare = (setting: Pick<Setting, 'kind'>) => setting.kind === 'float'
const rounded = (value: number) => Math.round(value * 1e6) / 1e6

/** A number as it is typed: a share in percent. */
export function toTyped(setting: Pick<Setting, 'kind'>, value: number): number {
  return isShare(setting) ? rounded(100 * value) : value
}

export function fromTyped(setting: Pick<Setting, 'kind'>, typed: number): number {
  return isShare(setting) ? rounded(typed / 100) : typed
}

/** A value as it is read; whether it is on is for the caller to say in words. */
export function shown(setting: Pick<Setting, 'kind'>, value: Value): string {
  return typeof value === 'number'
    ? `${toTyped(setting, value)}${isShare(setting) ? '%' : ''}`
    : String(value)
}

/** Whether a value guards less than another. */
export function isLaxer(setting: Pick<Setting, 'stricter'>, value: Value, other: Value): boolean {
  if (setting.stricter === 'higher') return Number(value) < Number(other)
  return setting.stricter === 'lower' && Number(value) > Number(other)
}

/**
 * Whether a value of an office's own may be given up. Where only stricter values may be set, what holds above
 * is laxer, and the service refuses it.
 */
export function mayInherit(
  setting: Pick<Setting, 'stricter' | 'set_by_office_id'>,
  officeId: number,
  mayLoosen: boolean,
): boolean {
  return setting.set_by_office_id === officeId && (mayLoosen || setting.stricter === 'neither')
}

/**
 * The range in which a value may be set, as it is typed.
 *
 * @param mayLoosen - Whoever sets it for an office below, or at the top, may also loosen a guard.
 */
export function rangeOf(
  setting: Pick<Setting, 'kind' | 'lower' | 'upper' | 'stricter' | 'value'>,
  mayLoosen: boolean,
): { min: number; max: number } {
  const now = Number(setting.value)
  const min = !mayLoosen && setting.stricter === 'higher' ? now : setting.lower
  const max = !mayLoosen && setting.stricter === 'lower' ? now : setting.upper
  return { min: toTyped(setting, min), max: toTyped(setting, max) }
}

/** Whether there is another value that may be set. */
export function hasChoice(setting: Parameters<typeof rangeOf>[0], mayLoosen: boolean): boolean {
  const { min, max } = rangeOf(setting, mayLoosen)
  return min < max
}
