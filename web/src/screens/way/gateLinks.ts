/** Where each thing that keeps a batch from being passed on is mended. */
import type { RouteLocationRaw } from 'vue-router'
import type { Schemas } from '@/api/client'

export type GateCode = Schemas['GateCode']

/** Return the page on which a missing thing is seen to; `null` when no page of this office can mend it. */
export function placeOf(code: GateCode, batchId: number): RouteLocationRaw | null {
  const batch = `/batches/${batchId}`
  switch (code) {
    case 'not_checked':
    case 'files_unfinished':
    case 'approval_missing':
      return `${batch}/files`
    case 'rows_undecided':
      return `${batch}/review`
    case 'recheck_unfinished':
      return { path: `${batch}/review`, query: { queue: 'recheck' } }
    case 'rows_sent_back':
      return { path: batch, query: { state: 'sent_back' } }
    case 'second_opinion_open':
      return { path: batch, query: { opinion: '1' } }
    case 'letter_missing':
    case 'letter_not_in_order':
      return { path: `${batch}/way`, hash: '#letter' }
    case 'approval_number_mismatch':
      return { path: `${batch}/way`, hash: '#number' }
    case 'four_eyes':
    case 'no_next_office':
      return null
  }
}
