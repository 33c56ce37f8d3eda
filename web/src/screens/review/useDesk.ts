/** The rows in hand: taken from the queue with those that come next, kept, moved through, given back. */
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { Problem } from '@/api/client'
import { pictures, type Variant } from '@/parts/paper/pictures'
import { tell } from '@/parts/problems'
import * as calls from './calls'
import { isSettled, newItem, renewItem, shownRow, type Failure, type Item } from './items'
import { LeaseKeeper, release } from './leases'
import type { Outbox } from './outbox'
import { evidenceFor, firstPaper, firstTarget, type Paper, type Row, type Target } from './rows'
import { useCounts } from './useCounts'

/** Rows after the present one that are ready with their pictures. */
const AHEAD = 3
const AHEAD_IN_LIST = 15
/** More rows than the service leases to one person at once cannot be skipped and kept. */
const MOST_HELD = 16
/** Rows behind the present one that “previous” still reaches. */
export const MOST_BEHIND = 60

export function useDesk(outbox: Outbox) {
  const scope = shallowRef<calls.Scope>({ queue: 'review' })
  const items: Item[] = shallowReactive([])
  const at = ref(-1)
  const target = ref<Target>(null)
  const paper = ref<Paper>('certificate')
  const variant = ref<Variant>('original')
  const isTaking = ref(false)
  const isEnd = ref(false)
  const isOpen = ref(false)
  const error = shallowRef<unknown>(null)
  const failures: Failure[] = shallowReactive([])
  const skipped = new Set<number>()
  const keeper = new LeaseKeeper(() => items, lost)
  const counts = useCounts(() => scope.value)

  const item = computed<Item | null>(() => items[at.value] ?? null)
  const row = computed<Row | null>(() => (item.value === null ? null : shownRow(item.value)))
  const ahead = computed(() => (scope.value.field === undefined ? AHEAD : AHEAD_IN_LIST))

  let opening = 0
  async function open(wanted: calls.Scope, rowId?: number): Promise<void> {
    const mine = (opening += 1)
    await close()
    if (mine !== opening) return
    scope.value = wanted
    isOpen.value = true
    keeper.start()
    void counts.read(scope.value)
    if (rowId !== undefined) {
      try {
        items.push(newItem(await calls.takeRow(rowId)))
        go(0)
      } catch (problem) {
        fail({ item: newItem({ id: rowId } as Row), decision: null, label: '', error: problem })
      }
    }
    await fill()
    if (at.value < 0 && items.length > 0) go(0)
  }

  /** Leave: what was decided is sent still, what was not goes back to the others. */
  async function close(): Promise<void> {
    isOpen.value = false
    keeper.stop()
    // Rows that are on their way are given back too.
    const held = Promise.all([keeper.giveBackAll(), taking])
    items.splice(0)
    at.value = -1
    skipped.clear()
    isEnd.value = false
    error.value = null
    counts.forget()
    // In the order of the queue again, so that the rows given back are the first ones for whoever comes next.
    await held
  }

  let retry = 0
  let taking: Promise<void> = Promise.resolve()
  function fill(): Promise<void> {
    if (isTaking.value) return taking
    taking = take()
    return taking
  }

  async function take(): Promise<void> {
    const asked = scope.value
    const wanted = ahead.value - (items.length - 1 - at.value)
    if (!isOpen.value || isEnd.value || wanted <= 0) return
    isTaking.value = true
    clearTimeout(retry)
    try {
      const inHand = items.filter((one) => one.isSkipped || !isSaved(one)).map((one) => one.id)
      const without = [...new Set([...skipped, ...inHand])].slice(-1000)
      const rows = await calls.takeNext(asked, Math.min(20, wanted), without)
      if (!isOpen.value) return void (await Promise.all(rows.map((one) => release(newItem(one)))))
      const known = new Set(items.filter((one) => !isSaved(one)).map((one) => one.id))
      for (const one of rows.filter((row) => !known.has(row.id)).map(newItem)) {
        if (isAsked(one.base)) items.push(one)
        else void passOver(one)
      }
      isEnd.value = rows.length < wanted
      error.value = null
      loadAhead()
    } catch (problem) {
      if (!isOpen.value) return
      if (isBeingChecked(problem)) retry = window.setTimeout(() => void fill(), 1500)
      else error.value = problem
    } finally {
      isTaking.value = false
    }
    if (at.value < 0 && items.length > 0) go(0)
  }

  /** In the mode for one field: whether that field of a row still waits. */
  function isAsked(one: Row): boolean {
    const { field } = scope.value
    return field === undefined || one.fields.some((each) => each.field === field && each.is_open)
  }

  /** Not for this mode: others may have it. */
  async function passOver(one: Item): Promise<void> {
    skipped.add(one.id)
    await release(one)
  }

  function isSaved(one: Item): boolean {
    return one.local.length === 0 && one.base.queue === ''
  }

  /** Pictures of the rows that come next, in the way the person looks at them. */
  function loadAhead(): void {
    if (scope.value.field !== undefined) return
    for (const one of items.slice(at.value + 1, at.value + 1 + AHEAD)) {
      const first = firstTarget(one.base)
      const place = evidenceFor(one.base, first, firstPaper(one.base, first))
      if (!place?.document_id) continue
      pictures.ahead([{ documentId: place.document_id, page: place.page, variant: variant.value }])
    }
  }

  function go(index: number): void {
    const leaving = item.value
    if (leaving !== null) leaving.full = null
    at.value = index
    const now = item.value
    if (now !== null) {
      const first = firstTarget(shownRow(now))
      focus(first)
      paper.value = firstPaper(now.base, first)
    }
    trim()
    void fill()
    loadAhead()
  }

  function focus(one: Target): void {
    target.value = scope.value.field ?? one
  }

  function next(): void {
    const now = item.value
    if (now !== null && !isSettled(now)) skip(now)
    if (at.value < items.length) go(at.value + 1)
    if (item.value === null && isEnd.value) void outbox.settled().then(() => counts.read(scope.value))
  }

  function previous(): void {
    if (at.value > 0) go(at.value - 1)
  }

  function skip(one: Item): void {
    one.isSkipped = true
    skipped.add(one.id)
    const held = items.filter((other) => other.isSkipped && other.lease !== null && other !== one)
    if (held.length >= MOST_HELD && held[0] !== undefined) void release(held[0])
  }

  /** Once the queue is at its end: begin again with what was skipped. */
  async function takeSkipped(): Promise<void> {
    const again = items.filter((one) => one.isSkipped && !isSettled(one))
    for (const one of again) {
      one.isSkipped = false
      items.splice(items.indexOf(one), 1)
    }
    skipped.clear()
    isEnd.value = false
    at.value = items.length - 1
    items.push(...again)
    const gone = again.filter((one) => one.lease === null)
    go(at.value + 1)
    await Promise.all(gone.map((one) => refresh(one)))
  }

  function visit(one: Item): void {
    const index = items.indexOf(one)
    if (index >= 0) return go(index)
    items.splice(at.value + 1, 0, one)
    go(at.value + 1)
  }

  /** What lies behind and is settled takes memory only. */
  function trim(): void {
    const most = at.value - MOST_BEHIND
    for (let index = 0, removed = 0; removed < most && index < at.value;) {
      const one = items[index]
      if (one === undefined || !isSaved(one)) {
        index += 1
        continue
      }
      items.splice(index, 1)
      at.value -= 1
      removed += 1
    }
  }

  async function refresh(about: Item): Promise<boolean> {
    try {
      renewItem(about, await calls.takeRow(about.id))
      return true
    } catch {
      const seen = await calls.readRow(about.id).catch(() => null)
      if (seen !== null) renewItem(about, seen)
      return false
    }
  }

  /** A lease ran out: take the row again; say so if it is not as it was. */
  async function lost(about: Item): Promise<void> {
    const version = about.version
    const isMine = await refresh(about)
    if (!isMine) about.notice = 'taken'
    else if (about.version !== version) about.notice = 'changed'
  }

  /** Put a failure before the person; over the page when they are elsewhere by now. */
  function fail(failure: Failure): void {
    failures.push(failure)
    if (!isOpen.value) tell(failure.error)
  }

  function dismiss(failure: Failure): void {
    failures.splice(failures.indexOf(failure), 1)
  }

  /** A row was decided: it is no longer one of those that were skipped. */
  function unskip(one: Item): void {
    one.isSkipped = false
    skipped.delete(one.id)
  }

  /** Leave a row to others. */
  function letGo(one: Item): void {
    skipped.add(one.id)
    one.lease = null
  }

  /** Forget rows after the present one, and take what the service has for them now. */
  function dropAhead(isGone: (one: Item) => boolean): void {
    for (let index = items.length - 1; index > at.value; index -= 1) {
      const one = items[index]
      if (one !== undefined && isGone(one)) items.splice(index, 1)
    }
    isEnd.value = false
  }

  return {
    scope,
    items,
    at,
    item,
    row,
    target,
    paper,
    variant,
    isTaking,
    isEnd,
    isOpen,
    error,
    failures,
    counts,
    open,
    close,
    fill,
    go,
    focus,
    next,
    previous,
    takeSkipped,
    visit,
    refresh,
    passOver,
    unskip,
    letGo,
    dropAhead,
    fail,
    dismiss,
    skippedCount: () => items.filter((one) => one.isSkipped && !isSettled(one)).length,
    touch: () => keeper.touch(),
  }
}

/** Whether a call was refused because the rows of the batch are being compared at this moment. */
export function isBeingChecked(problem: unknown): boolean {
  return problem instanceof Problem && problem.code === 'batch_state' && problem.facts['state'] === 'checking'
}
