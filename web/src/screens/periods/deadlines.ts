/** Deadlines by kind of office. */
import type { OfficeKind } from '@/stores/offices'

/** Who hands up to somebody: all but the province; a unit is asked through the office above it. */
export const REPORTING = ['county', 'city_department', 'city', 'senior_body'] as const satisfies OfficeKind[]
export type Reporting = (typeof REPORTING)[number]

/** The day in China, as deadlines are written. */
export function today(at = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(at)
}

/** Deadlines as a form has them: a day or nothing for each kind. */
export function toTyped(deadlines: Partial<Record<OfficeKind, string>>): Record<Reporting, string | null> {
  return Object.fromEntries(REPORTING.map((kind) => [kind, deadlines[kind] ?? null])) as Record<
    Reporting,
    string | null
  >
}

/** Put what was typed over the deadlines that were there; kinds that no form shows stay. */
export function toDeadlines(
  before: Partial<Record<OfficeKind, string>>,
  typed: Record<Reporting, string | null>,
): Record<string, string> {
  const kept = Object.entries(before).filter(([kind]) => !(REPORTING as readonly string[]).includes(kind))
  const set = REPORTING.flatMap((kind) => (typed[kind] ? [[kind, typed[kind]] as const] : []))
  return Object.fromEntries([...kept, ...set])
}
