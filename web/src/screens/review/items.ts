/** Rows in hand. */
import { shallowReactive } from 'vue'
import { leaseOf, type Lease } from './leases'
import { openTargets, withDecisions, type Decision, type Row, type Target } from './rows'
import type { Letter } from './outbox'

export type Item = {
  readonly id: number
  /** As the service has it; numbers hidden. */
  base: Row
  /** With numbers in full, while it is looked at. */
  full: Row | null
  /** Decisions that are not saved yet. */
  local: Decision[]
  /** Of the row as it was last heard of. */
  version: number
  lease: Lease | null
  isSkipped: boolean
  /** Why it is not as it was when it was left. */
  notice: string
}

/** Something a person did, to be taken back. */
export type Deed = {
  item: Item
  target: Target
  letter: Letter
  /** Known once it was saved. */
  decisionId: number | null
  before: Row
  kind: 'decision' | 'opinion' | 'bulk'
  decision: Decision | null
  /** Taken back while it was on its way. */
  isUndone: boolean
  /** Of a decision on many rows: what ties them together. */
  bulk?: { id: string; rowIds: readonly number[] }
}

/** A decision that the service refused. */
export type Failure = { item: Item; decision: Decision | null; label: string; error: unknown }

export function newItem(row: Row): Item {
  return shallowReactive({
    id: row.id,
    base: row,
    full: null,
    local: [],
    version: row.version,
    lease: leaseOf(row),
    isSkipped: false,
    notice: '',
  })
}

/** Take over what the service says of a row. */
export function renewItem(item: Item, row: Row): void {
  item.base = row
  item.full = null
  item.version = row.version
  item.lease = leaseOf(row)
}

/** The row as it is shown. */
export function shownRow(item: Item): Row {
  return withDecisions(item.full ?? item.base, item.local)
}

/** Whether a row needs nobody any more once what was decided is saved. */
export function isSettled(item: Item): boolean {
  if (item.base.queue === '') return true
  const isWhole = item.local.some((one) => one.field === null || one.field === undefined)
  if (item.base.queue === 'recheck') {
    // A word that one field is right does not say that the others were looked at.
    return isWhole || item.local.some((one) => one.action !== 'sheet_right')
  }
  return isWhole || openTargets(shownRow(item)).length === 0
}
