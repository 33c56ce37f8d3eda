/** The figures of the quality page, made ready for charts and sentences. */
import type { Schemas } from '@/api/client'

export type Quality = Schemas['QualityOut']

/** Return a share as a percentage with one place; a dash when there is nothing to divide by. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${((100 * part) / whole).toFixed(1)}%`
}

/** Decisions an hour of all people together; `null` when there were none. */
export function commonPace(people: { decisions: number; hours: number }[]): number | null {
  const hours = people.reduce((sum, one) => sum + one.hours, 0)
  return hours === 0 ? null : people.reduce((sum, one) => sum + one.decisions, 0) / hours
}

/** Sum what all batches say. */
export function totals(quality: Quality) {
  const sum = (of: (one: Quality['batches'][number]) => number) =>
    quality.batches.reduce((total, one) => total + of(one), 0)
  return {
    rows: sum((one) => one.rows),
    clear: sum((one) => one.clear),
    flagged: sum((one) => one.flagged),
    judged: sum((one) => one.judged),
    falseAlarms: sum((one) => one.false_alarms),
    missed: sum((one) => one.missed),
  }
}

/** Decisions an hour of each person, over the hours in which they decided anything. */
export function paces(quality: Quality): { by: string; hours: number; decisions: number; pace: number }[] {
  const people = new Map<string, { hours: number; decisions: number }>()
  for (const hour of quality.hours) {
    const known = people.get(hour.by) ?? { hours: 0, decisions: 0 }
    people.set(hour.by, { hours: known.hours + 1, decisions: known.decisions + hour.decisions })
  }
  return [...people]
    .map(([by, one]) => ({ by, ...one, pace: one.decisions / one.hours }))
    .sort((a, b) => b.decisions - a.decisions)
}

/** Decisions by day in China, oldest first. */
export function days(quality: Quality): { day: string; decisions: number }[] {
  const found = new Map<string, number>()
  for (const hour of quality.hours) {
    const day = hour.hour.slice(0, 10)
    found.set(day, (found.get(day) ?? 0) + hour.decisions)
  }
  return [...found].map(([day, decisions]) => ({ day, decisions })).sort((a, b) => (a.day < b.day ? -1 : 1))
}
