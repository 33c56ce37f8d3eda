/** The queue of a verifier: rows in hand, the next ones ahead, decisions sent in the background. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { Problem } from '@/api/client'
import { pictures, type Variant } from '@/parts/paper/pictures'
import { tell } from '@/parts/problems'
import * as calls from '@/screens/review/calls'
import {
  isSettled,
  newItem,
  renewItem,
  shownRow,
  type Deed,
  type Failure,
  type Item,
} from '@/screens/review/items'
import { LeaseKeeper, release } from '@/screens/review/leases'
import { Outbox, type Letter } from '@/screens/review/outbox'
import {
  evidenceFor,
  firstPaper,
  firstTarget,
  nextTarget,
  type Decision,
  type Paper,
  type Row,
  type Target,
} from '@/screens/review/rows'
import { useBatch } from '@/stores/batch'

/** Rows after the present one that are ready with their pictures. */
const AHEAD = 3
/** More rows than the service leases to one person at once cannot be skipped and kept. */
const MOST_HELD = 16
/** Rows behind the present one that “previous” still reaches. */
const MOST_BEHIND = 60

export const useReview = defineStore('review', () => {
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
  /** The row for which another certificate was named, until it is compared with it. */
  const comparing = shallowRef<Item | null>(null)
  const groups = shallowRef<calls.Group[]>([])
  const patterns = shallowRef<calls.Pattern[]>([])
  const failures: Failure[] = shallowReactive([])
  const deeds: Deed[] = shallowReactive([])
  const skipped = new Set<number>()
  const doneHere = ref(0)
  const outbox = new Outbox()
  const keeper = new LeaseKeeper(() => items, lost)
  /** What is typed for a row and not sent, by row and form. */
  const drafts = shallowReactive(new Map<string, string>())

  const item = computed<Item | null>(() => items[at.value] ?? null)
  const row = computed<Row | null>(() => (item.value === null ? null : shownRow(item.value)))
  const unsaved = computed(() => outbox.letters.length)
  const waiting = computed(() => groups.value.reduce((sum, group) => sum + group.count, 0))
  const left = computed(() => {
    const { group, field } = scope.value
    const asked = groups.value.filter(
      (one) =>
        (group === undefined || one.group === group) &&
        (field === undefined || one.group.startsWith(`${field}:`)),
    )
    return Math.max(0, asked.reduce((sum, one) => sum + one.count, 0) - doneHere.value)
  })
  const ahead = computed(() => (scope.value.field === undefined ? AHEAD : 15))

  // -- opening and leaving ----------------------------------------------------------------------

  let opening = 0
  async function open(wanted: calls.Scope, rowId?: number): Promise<void> {
    const mine = (opening += 1)
    await close()
    if (mine !== opening) return
    scope.value = wanted
    isOpen.value = true
    keeper.start()
    void readCounts()
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
    deeds.splice(0)
    skipped.clear()
    isEnd.value = false
    error.value = null
    comparing.value = null
    groups.value = []
    patterns.value = []
    doneHere.value = 0
    // In the order of the queue again, so that the rows given back are the first ones for whoever comes next.
    await held
  }

  async function readCounts(): Promise<void> {
    const { batchId, queue } = scope.value
    if (batchId === undefined) return
    const [kinds, shared] = await Promise.all([
      calls.readGroups(batchId, queue).catch(() => null),
      queue === 'review' ? calls.readPatterns(batchId).catch(() => null) : [],
    ])
    if (scope.value.batchId !== batchId || scope.value.queue !== queue) return
    if (kinds !== null) {
      groups.value = kinds
      doneHere.value = 0
    }
    if (shared !== null) patterns.value = shared
  }

  // -- taking ---------------------------------------------------------------------------------

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

  // -- moving ---------------------------------------------------------------------------------

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
    if (item.value === null && isEnd.value) void outbox.settled().then(readCounts)
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
    if (deeds.length > MOST_BEHIND) deeds.splice(0, deeds.length - MOST_BEHIND)
  }

  // -- deciding -------------------------------------------------------------------------------

  /** Decide and go on to what waits next; saved in the background. */
  function decide(decision: Decision, about: Item | null = item.value): void {
    if (about === null) return
    const where = decision.field ?? null
    const deed = send(about, where, decision)
    deeds.push(deed)
    about.isSkipped = false
    skipped.delete(about.id)
    if (isSettled(about) || scope.value.field !== undefined) doneHere.value += 1
    if (about !== item.value) return
    if (decision.action === 'link_other') {
      // Nothing of the batch can be decided before it is compared; then this row is the one to look at.
      comparing.value = about
    } else if (scope.value.field !== undefined) {
      go(at.value + 1)
    } else if (isSettled(about)) {
      next()
    } else {
      focus(nextTarget(shownRow(about), where) ?? null)
    }
  }

  function send(about: Item, where: Target, decision: Decision): Deed {
    const key = crypto.randomUUID()
    const before = about.base
    about.local = [...about.local, decision]
    const letter: Letter = {
      rowId: about.id,
      send: async () => {
        const known = new Set(about.base.decisions.map((one) => one.id))
        const token = about.lease?.token ?? null
        const saved = await calls.sendDecision(about.id, decision, about.version, token, key)
        deed.decisionId = saved.decisions.filter((one) => !known.has(one.id)).at(-1)?.id ?? null
        about.local = about.local.filter((one) => one !== decision)
        if (deed.isUndone) about.version = saved.version
        else renewItem(about, saved)
        // The rest of the row is for another mode, or another person.
        if (scope.value.field !== undefined && saved.queue !== '') void passOver(about)
        if (decision.action === 'link_other') void compareAnew(about)
      },
      fail: (problem) => {
        about.local = about.local.filter((one) => one !== decision)
        const index = deeds.indexOf(deed)
        if (index >= 0) deeds.splice(index, 1)
        if (comparing.value === about) comparing.value = null
        if (deed.isUndone) return
        void bringBack(about, where, decision, problem)
      },
    }
    const deed: Deed = {
      item: about,
      target: where,
      letter,
      decisionId: null,
      before,
      kind: 'decision',
      decision,
      isUndone: false,
    }
    outbox.add(letter)
    return deed
  }

  /** A decision was refused: save it after all where nothing has changed, else put it before the person. */
  async function bringBack(about: Item, where: Target, decision: Decision, problem: unknown): Promise<void> {
    const version = about.version
    const fresh = await refresh(about)
    const isExpired = problem instanceof Problem && problem.code === 'lease_expired'
    if (fresh && isExpired && about.version === version) {
      deeds.push(send(about, where, decision))
      return
    }
    fail({ item: about, decision, label: '', error: problem })
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

  /** Go to the row of a failure, with what was typed. */
  function returnTo(failure: Failure): void {
    dismiss(failure)
    const { decision } = failure
    if (decision !== null) {
      if (decision.reason) drafts.set(`${failure.item.id}/${decision.action}/reason`, decision.reason)
      if (decision.value) drafts.set(`${failure.item.id}/${decision.action}/value`, decision.value)
    }
    visit(failure.item)
    focus(decision?.field ?? null)
  }

  function visit(one: Item): void {
    const index = items.indexOf(one)
    if (index >= 0) return go(index)
    items.splice(at.value + 1, 0, one)
    go(at.value + 1)
  }

  // -- taking back ----------------------------------------------------------------------------

  function undo(): boolean {
    const deed = deeds.pop()
    if (deed === undefined) return false
    const about = deed.item
    const wasSettled = isSettled(about)
    if (outbox.takeBack(deed.letter)) {
      about.local = about.local.filter((one) => one !== deed.decision)
    } else {
      about.local = about.local.filter((one) => one !== deed.decision)
      about.base = deed.before
      deed.isUndone = true
      outbox.add(undoing(deed))
    }
    if (wasSettled && doneHere.value > 0) doneHere.value -= 1
    visit(about)
    focus(deed.target)
    return true
  }

  function undoing(deed: Deed): Letter {
    const about = deed.item
    return {
      rowId: about.id,
      send: async () => {
        if (deed.kind === 'opinion') await calls.withdrawOpinion(about.id)
        else if (deed.decisionId !== null) await calls.sendUndo(about.id, deed.decisionId, about.version)
        if (deed.decision?.action === 'link_other') void compareAnew(about)
        else renewItem(about, await calls.takeRow(about.id))
      },
      fail: (problem) => {
        // What was refused before it could be taken back is taken back all the same.
        const isDone = deed.kind === 'decision' && deed.decisionId === null
        if (!isDone) fail({ item: about, decision: null, label: 'undo', error: problem })
        void refresh(about)
      },
    }
  }

  // -- the rest -------------------------------------------------------------------------------

  /** Leave the row to another verifier. */
  function askOpinion(text: string): void {
    const about = item.value
    if (about === null) return
    const letter: Letter = {
      rowId: about.id,
      send: async () => {
        await calls.askOpinion(about.id, text)
        renewItem(about, await calls.readRow(about.id))
      },
      fail: (problem) => fail({ item: about, decision: null, label: 'opinion', error: problem }),
    }
    deeds.push({
      item: about,
      target: target.value,
      letter,
      decisionId: null,
      before: about.base,
      kind: 'opinion',
      decision: null,
      isUndone: false,
    })
    skipped.add(about.id)
    about.lease = null
    outbox.add(letter)
    go(at.value + 1)
  }

  function addNote(text: string, by: string): void {
    const about = item.value
    if (about === null) return
    const note = { id: 0, kind: 'note', text, by, at: new Date().toISOString() }
    about.base = { ...about.base, notes: [...about.base.notes, note] }
    outbox.add({
      rowId: about.id,
      send: async () => void (await calls.addNote(about.id, text)),
      fail: (problem) => {
        about.base = { ...about.base, notes: about.base.notes.filter((one) => one !== note) }
        drafts.set(`${about.id}/note/reason`, text)
        fail({ item: about, decision: null, label: 'note', error: problem })
      },
    })
  }

  /** Show numbers in full, or hide them again; the service logs it. */
  async function showInFull(): Promise<void> {
    const about = item.value
    if (about === null) return
    if (about.full !== null) about.full = null
    else about.full = await calls.readRow(about.id, true)
  }

  /** Another certificate was named: the batch is compared anew, then the row is looked at again. */
  async function compareAnew(about: Item): Promise<void> {
    comparing.value = about
    const batchId = about.base.batch_id
    if (useBatch().batch?.id === batchId) useBatch().listen(batchId)
    for (let index = items.length - 1; index > at.value; index -= 1) {
      if (items[index]?.base.batch_id === batchId && items[index]?.local.length === 0) items.splice(index, 1)
    }
    while (isOpen.value && comparing.value === about) {
      try {
        renewItem(about, await calls.takeRow(about.id))
        break
      } catch (problem) {
        if (!isBeingChecked(problem)) {
          fail({ item: about, decision: null, label: 'compare', error: problem })
          break
        }
        await new Promise((done) => setTimeout(done, 1000))
      }
    }
    if (comparing.value === about) comparing.value = null
    if (!isOpen.value) return
    isEnd.value = false
    void readCounts()
    visit(about)
  }

  /** Rows were decided in another way, all at once. */
  async function droppedByBulk(ids: readonly number[]): Promise<void> {
    const gone = new Set(ids)
    const now = item.value
    for (let index = items.length - 1; index > at.value; index -= 1) {
      if (gone.has(items[index]?.id ?? -1)) items.splice(index, 1)
    }
    void readCounts()
    if (now !== null && gone.has(now.id)) {
      renewItem(now, await calls.readRow(now.id))
      next()
    } else {
      void fill()
    }
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
    error,
    comparing,
    groups,
    patterns,
    failures,
    deeds,
    drafts,
    unsaved,
    outboxState: outbox.state,
    waiting,
    left,
    skippedCount: () => items.filter((one) => one.isSkipped && !isSettled(one)).length,
    open,
    close,
    fill,
    go,
    focus,
    next,
    previous,
    takeSkipped,
    decide,
    undo,
    dismiss,
    returnTo,
    askOpinion,
    addNote,
    showInFull,
    readCounts,
    droppedByBulk,
    settled: () => outbox.settled(),
    touch: () => keeper.touch(),
  }
})

function isBeingChecked(problem: unknown): boolean {
  return problem instanceof Problem && problem.code === 'batch_state' && problem.facts['state'] === 'checking'
}
