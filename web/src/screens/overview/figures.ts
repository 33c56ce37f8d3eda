/** What the overview says of batches and offices in numbers and words. */
import type { Schemas } from '@/api/client'

export type Batch = Schemas['BatchOut']
export type OfficeProgress = Schemas['OfficeProgressOut']

/** Rows by what is left to do: cleared or decided, waiting, sent back. */
export function partsOf(counts: Record<string, number>) {
  const at = (state: string) => counts[state] ?? 0
  const done = at('cleared') + at('decided')
  const all = done + at('waiting') + at('sent_back')
  return {
    all,
    clear: at('cleared'),
    decided: at('decided'),
    waiting: at('waiting'),
    sentBack: at('sent_back'),
    /** 0 to 100, of the rows that need nobody any more. */
    share: all === 0 ? 0 : Math.floor((100 * done) / all),
  }
}

/** Whether all that keeps a batch in review is its re-check. */
export function isRecheckLeft(batch: Pick<Batch, 'state' | 'counts'>): boolean {
  const { waiting, sentBack } = partsOf(batch.counts)
  return batch.state === 'in_review' && waiting === 0 && sentBack === 0
}

export type Urgency = 'none' | 'far' | 'near' | 'today' | 'late'

/** How urgent a batch is by its days left. */
export function urgencyOf(daysLeft: number | null): Urgency {
  if (daysLeft === null) return 'none'
  if (daysLeft < 0) return 'late'
  if (daysLeft === 0) return 'today'
  return daysLeft <= 7 ? 'near' : 'far'
}

/** Overdue ones first, then as the service gives them: newest first. */
export function mostUrgentFirst(batches: Batch[]): Batch[] {
  const late = (batch: Batch) => (batch.days_left !== null && batch.days_left < 0 ? batch.days_left : 1)
  return [...batches].sort((a, b) => Math.min(late(a), 1) - Math.min(late(b), 1) || b.id - a.id)
}
