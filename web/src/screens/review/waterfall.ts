/** How the likelihood that a value is wrong comes about, step by step. */
import type { RowField } from './rows'

export type Step = {
  sentence: string
  /** Positive speaks against the submitted value. */
  nats: number
  /** Percent of the width. */
  left: number
  width: number
}

/** Lay the summands end to end, from even odds; returns also where even odds and the end lie, in percent. */
export function layOut(field: RowField): { steps: Step[]; even: number; end: number } {
  let sum = 0
  const ends = [0, ...field.contributions.map((one) => (sum += one.nats))]
  const low = Math.min(...ends, -1)
  const span = Math.max(...ends, 1) - low
  const place = (value: number) => (100 * (value - low)) / span
  const steps = field.contributions.map((one, index) => {
    const from = ends[index] ?? 0
    const to = from + one.nats
    const left = place(Math.min(from, to))
    return {
      sentence: one.sentence,
      nats: one.nats,
      left,
      width: Math.max(0.8, place(Math.max(from, to)) - left),
    }
  })
  return { steps, even: place(0), end: place(sum) }
}
