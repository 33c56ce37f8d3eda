/** What the commands of review do. */
import { computed, ref, type Ref } from 'vue'
import type PaperViewer from '@/parts/paper/PaperViewer.vue'
import { VARIANTS } from '@/parts/paper/pictures'
import { tell } from '@/parts/problems'
import { useReview } from '@/stores/review'
import { useSession } from '@/stores/session'
import type { Certificate } from './calls'
import type { Command } from './keys'
import type { Form } from './ReasonForm.vue'
import { evidenceFor, hasPaper, openTargets, type Action, type Target } from './rows'
import { markPressed } from './timing'

/** Of the window, for one press. */
const PAN = 0.2

export type Viewer = InstanceType<typeof PaperViewer>
export type Dialog = 'keys' | 'link' | 'bulk'

export function useCommands(viewer: Readonly<Ref<Viewer | undefined>>, leaveMode: () => void) {
  const store = useReview()
  const session = useSession()
  const form = ref<Form | null>(null)
  const dialog = ref<Dialog | null>(null)
  const isWaterfallOpened = ref(false)

  const field = computed(() => store.row?.fields.find((one) => one.field === store.target) ?? null)
  const alike = computed(() => {
    const pattern = store.row?.pattern ?? null
    return store.patterns.find((one) => one.pattern === pattern)?.count ?? 0
  })

  function decide(action: Action, target: Target = store.target, more: object = {}): void {
    markPressed()
    store.decide({ action, field: target, reason: '', ...more })
  }

  /** The row as a whole, where that is what is asked. */
  function sheetOrPaper(action: 'sheet_right' | 'paper_right', target: Target): void {
    const row = store.row
    if (row === null) return
    const isRead =
      target === null
        ? openTargets(row).some((one) => one !== null)
        : field.value !== null && hasPaper(field.value)
    if (action === 'paper_right' && !isRead) return
    decide(action, target)
  }

  function begin(which: Form): void {
    if (store.item !== null) form.value = which
  }

  function finish(value: string | null, reason: string): void {
    const which = form.value
    form.value = null
    if (which === 'note') store.addNote(reason, session.me?.display_name ?? '')
    else if (which === 'opinion') {
      markPressed()
      store.askOpinion(reason)
    } else if (which === 'other_value') decide('other_value', store.target, { value, reason })
    else if (which !== null) decide(which, null, { reason })
  }

  function link(certificate: Certificate): void {
    dialog.value = null
    const { document_id, page, slot } = certificate
    decide('link_other', null, { link: { document_id, page, slot } })
  }

  function move(by: 1 | -1): void {
    const row = store.row
    if (row === null) return
    const all: Target[] = [null, ...row.fields.map((one) => one.field)]
    const at = all.indexOf(store.target) + by
    if (at >= 0 && at < all.length) store.focus(all[at] ?? null)
  }

  function otherPaper(): void {
    if (store.row === null) return
    const other = store.paper === 'approval' ? 'certificate' : 'approval'
    if (evidenceFor(store.row, store.target, other) !== null) store.paper = other
  }

  function step(go: () => void): void {
    markPressed()
    form.value = null
    go()
  }

  const deeds: Record<Command, () => void> = {
    next: () => step(store.next),
    previous: () => step(store.previous),
    fieldDown: () => move(1),
    fieldUp: () => move(-1),
    sheetRight: () => sheetOrPaper('sheet_right', store.target),
    paperRight: () => sheetOrPaper('paper_right', store.target),
    rowSheetRight: () => sheetOrPaper('sheet_right', null),
    rowPaperRight: () => sheetOrPaper('paper_right', null),
    otherValue: () => field.value !== null && begin('other_value'),
    sendBack: () => begin('send_back'),
    noCertificate: () => begin('no_certificate'),
    linkOther: () => store.row !== null && (dialog.value = 'link'),
    bulk: () => alike.value > 1 && (dialog.value = 'bulk'),
    undo: () => step(store.undo),
    note: () => begin('note'),
    opinion: () => begin('opinion'),
    inFull: () => void store.showInFull().catch(tell),
    waterfall: () => (isWaterfallOpened.value = !isWaterfallOpened.value),
    paper: otherPaper,
    variant: () => {
      const at = VARIANTS.indexOf(store.variant)
      store.variant = VARIANTS[(at + 1) % VARIANTS.length] ?? 'original'
    },
    rotate: () => viewer.value?.rotate(),
    evidence: () => viewer.value?.showEvidence(),
    whole: () => viewer.value?.showWhole(),
    zoomIn: () => viewer.value?.zoomIn(),
    zoomOut: () => viewer.value?.zoomOut(),
    panLeft: () => viewer.value?.move(-PAN, 0),
    panRight: () => viewer.value?.move(PAN, 0),
    panUp: () => viewer.value?.move(0, -PAN),
    panDown: () => viewer.value?.move(0, PAN),
    mode: leaveMode,
    help: () => (dialog.value = 'keys'),
  }

  return {
    form,
    dialog,
    isWaterfallOpened,
    field,
    alike,
    finish,
    link,
    run: (command: Command) => deeds[command](),
  }
}
