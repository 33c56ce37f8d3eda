/** A search of the log in the page's address, so that it can be kept, sent on and gone back to. */
import type { LocationQuery } from 'vue-router'
import type { Search } from '@/stores/log'

/** What things of the log are called in it, for a search by number. */
export const OBJECTS = ['batch', 'row', 'document', 'account', 'office', 'period', 'token'] as const

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Read a search; what is no search is left out. */
export function toSearch(query: LocationQuery): Search {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name].trim() : '')
  const found: Search = {}
  for (const name of ['action', 'object', 'actor'] as const) if (text(name)) found[name] = text(name)
  for (const name of ['first_day', 'last_day'] as const) if (DAY.test(text(name))) found[name] = text(name)
  if (/^[1-9]\d{0,15}$/.test(text('batch_id'))) found.batch_id = Number(text('batch_id'))
  return found
}

export function toQuery(search: Search): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
  )
}

/** Kind and number of an object: `row/42`. */
export function objectParts(object: string | undefined): { kind: string; number: string } {
  const [kind = '', number = ''] = (object ?? '').split('/', 2)
  return { kind, number }
}
