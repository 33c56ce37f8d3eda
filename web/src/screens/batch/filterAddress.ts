/** The filters of a batch's rows as they stand in the page's address. */
import type { LocationQuery } from 'vue-router'
import { EMPTY, type RowFilter } from './useRowList'

/** Read the filters; what the address does not say, or says wrongly, is no filter. */
export function filterOf(query: LocationQuery): RowFilter {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  return {
    ...EMPTY,
    state: oneOf(text('state'), ['cleared', 'waiting', 'decided', 'sent_back']),
    verdict: oneOf(text('verdict'), ['clear', 'review', 'reject']),
    recheck: oneOf(text('recheck'), ['waiting', 'confirmed', 'error_found']),
    group: text('group'),
    text: text('text'),
    opinion: text('opinion') === '1',
  }
}

/** Write them; what filters nothing is left out. */
export function queryOf(filter: RowFilter): Record<string, string> {
  const { opinion, ...texts } = filter
  const said = Object.entries(texts).filter(([, value]) => value !== '')
  return { ...Object.fromEntries(said), ...(opinion && { opinion: '1' }) }
}

function oneOf<T extends string>(value: string, known: readonly T[]): T | '' {
  return known.find((one) => one === value) ?? ''
}
