/** The work of a verifier: rows in hand, what is decided of them, sent in the background and taken back. */
import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import { Problem } from '@/api/client'
import * as calls from '@/screens/review/calls'
import { isSettled, renewItem, shownRow, type Deed, type Failure, type Item } from '@/screens/review/items'
import { Outbox, type Letter } from '@/screens/review/outbox'
import { firstTarget, nextTarget, type Decision, type FieldName, type Target } from '@/screens/review/rows'
import { newKey } from '@/parts/onceKeys'
import { isBeingChecked, MOST_BEHIND, useDesk } from '@/screens/review/useDesk'
import { useBatch } from '@/stores/batch'

/** The field that an answer names as the one to decide on, if it names any. */
function namedField(error: unknown): Target {
  const fields = error instanceof Problem ? error.facts['fields'] : undefined
  return Array.isArray(fields) ? ((fields[0] as FieldName | undefined) ?? null) : null
}

export const useReview = defineStore('review', () => {
  const outbox = new Outbox()
  const desk = useDesk(outbox)
  const { scope, at, item, target, isOpen, counts } = desk
  const { fill, go, focus, next, visit, refresh, passOver, fail, dismiss } = desk
  /** The row for which another certificate was named, until it is compared with it. */
  const comparing = shallowRef<Item | null>(null)
  const deeds: Deed[] = shallowReactive([])
  /** What is typed for a row and not sent, by row and form. */
  const drafts = shallowReactive(new Map<string, string>())
  const unsaved = computed(() => outbox.letters.length)

  async function open(wanted: calls.Scope, rowId?: number): Promise<void> {
    forget()
    await desk.open(wanted, rowId)
  }

  async function close(): Promise<void> {
    forget()
    await desk.close()
  }

  /** What was done before cannot be taken back from another list of rows. */
  function forget(): void {
    deeds.splice(0)
    comparing.value = null
  }

  /** Decide and go on to what waits next; saved in the background. */
  function decide(decision: Decision, about: Item | null = item.value): void {
    if (about === null) return
    const where = decision.field ?? null
    const deed = send(about, where, decision)
    deeds.push(deed)
    if (deeds.length > MOST_BEHIND) deeds.shift()
    desk.unskip(about)
    if (isSettled(about) || scope.value.field !== undefined) counts.doneHere.value += 1
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
    const key = newKey()
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

  /** Go to the row of a failure, with what was typed. */
  function returnTo(failure: Failure): void {
    dismiss(failure)
    const { decision } = failure
    if (decision !== null) {
      if (decision.reason) drafts.set(`${failure.item.id}/${decision.action}/reason`, decision.reason)
      if (decision.value) drafts.set(`${failure.item.id}/${decision.action}/value`, decision.value)
    }
    visit(failure.item)
    focus(decision?.field ?? namedField(failure.error))
  }

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
    if (wasSettled && counts.doneHere.value > 0) counts.doneHere.value -= 1
    visit(about)
    focus(deed.target)
    return true
  }

  function undoing(deed: Deed): Letter {
    const about = deed.item
    return {
      rowId: about.id,
      send: async () => {
        if (deed.bulk !== undefined) await undoAlike(deed.bulk)
        else if (deed.kind === 'opinion') await calls.withdrawOpinion(about.id)
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

  /** Take back what was decided before, by whomever in the office; it stays in the row's history. */
  function takeBack(about: Item, decisionId: number): void {
    const isLink = about.base.decisions.some((one) => one.id === decisionId && one.action === 'link_other')
    outbox.add({
      rowId: about.id,
      send: async () => {
        await calls.sendUndo(about.id, decisionId, about.version)
        if (isLink) return void compareAnew(about)
        renewItem(about, await calls.takeRow(about.id))
        if (item.value === about) focus(firstTarget(about.base))
      },
      fail: (problem) => {
        fail({ item: about, decision: null, label: 'undo', error: problem })
        void refresh(about)
      },
    })
  }

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
    desk.letGo(about)
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
    desk.dropAhead((one) => one.base.batch_id === batchId && one.local.length === 0)
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
    void counts.read()
    visit(about)
  }

  /** Many rows were decided alike: go on after them. */
  async function decidedAlike(bulkId: string, ids: readonly number[]): Promise<void> {
    const about = item.value
    if (about === null) return
    deeds.push({
      item: about,
      target: target.value,
      letter: { rowId: about.id, send: async () => undefined, fail: () => undefined },
      decisionId: null,
      before: about.base,
      kind: 'bulk',
      decision: null,
      isUndone: false,
      bulk: { id: bulkId, rowIds: ids },
    })
    const gone = new Set(ids)
    desk.dropAhead((one) => gone.has(one.id))
    void counts.read()
    if (!gone.has(about.id)) return void fill()
    renewItem(about, await calls.readRow(about.id))
    next()
  }

  /** Take a decision on many rows back, row by row; one that was decided again since stays. */
  async function undoAlike(bulk: { id: string; rowIds: readonly number[] }): Promise<void> {
    for (const rowId of bulk.rowIds) {
      const now = await calls.readRow(rowId)
      const made = now.decisions.find((one) => one.holds && one.bulk_id === bulk.id)
      if (made !== undefined) await calls.sendUndo(rowId, made.id, now.version)
    }
    desk.dropAhead(() => false)
    void counts.read()
    void fill()
  }

  return {
    ...desk,
    ...counts,
    readCounts: () => counts.read(),
    comparing,
    deeds,
    drafts,
    unsaved,
    outboxState: outbox.state,
    open,
    close,
    decide,
    undo,
    takeBack,
    returnTo,
    askOpinion,
    addNote,
    showInFull,
    decidedAlike,
    settled: () => outbox.settled(),
  }
})
