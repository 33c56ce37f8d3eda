/** What a row asks of a person, and how it looks while a decision is on its way to the service. */
import type { Schemas } from '@/api/client'

export type Row = Schemas['RowDetailOut']
export type RowField = Schemas['FieldOut']
export type FieldName = Schemas['Field']
export type Action = Schemas['Action']
export type Decision = Schemas['DecisionIn']
export type Evidence = Schemas['EvidenceOut']
/** A field, or the row as a whole. */
export type Target = FieldName | null
/** Which of a row's papers is looked at. */
export type Paper = 'certificate' | 'approval'

/** What waits for a person, the row as a whole first. */
export function openTargets(row: Row): Target[] {
  const fields = row.fields.filter((field) => field.is_open).map((field) => field.field)
  return row.row_is_open ? [null, ...fields] : fields
}

/** Where a person begins: the field that the queue names as gravest, if it is open. */
export function firstTarget(row: Row): Target {
  const open = openTargets(row)
  const gravest = row.group.split(':')[0]
  return open.find((one) => one === gravest) ?? open[0] ?? null
}

/** The open item after one, going round; `undefined` when none is left. */
export function nextTarget(row: Row, after: Target): Target | undefined {
  const open = openTargets(row).filter((one) => one !== after)
  if (open.length === 0) return undefined
  const order: Target[] = [null, ...row.fields.map((field) => field.field)]
  const at = order.indexOf(after)
  return open.find((one) => order.indexOf(one) > at) ?? open[0]
}

/** The row as it is shown while decisions on it are under way. */
export function withDecisions(row: Row, decisions: readonly Decision[]): Row {
  if (decisions.length === 0) return row
  const isWhole = decisions.some((one) => one.field === null || one.field === undefined)
  const named = new Map(decisions.map((one) => [one.field ?? null, one]))
  const fields = row.fields.map((field) => {
    const own = named.get(field.field)
    if (own === undefined && !(isWhole && field.is_open)) return field
    return { ...field, is_open: false, final: own === undefined ? field.final : finalValue(field, own) }
  })
  const row_is_open = row.row_is_open && !isWhole
  return { ...row, fields, row_is_open }
}

function finalValue(field: RowField, decision: Decision): string {
  if (decision.action === 'other_value') return decision.value ?? field.final
  if (decision.action === 'paper_right') return field.certificate || field.approval || field.final
  return field.submitted
}

/** What holds of a field or of the row as a whole, the newest. */
export function heldDecision(row: Row, target: Target): Schemas['DecisionOut'] | undefined {
  return row.decisions.filter((one) => one.holds && one.field === target).at(-1)
}

/** Where a paper says it; the page alone when the paper is the row's and the value is not on it. */
export function evidenceFor(row: Row, target: Target, paper: Paper): Evidence | null {
  const file = paper === 'approval' ? row.approval?.file : certificateFile(row)
  if (file === undefined) return null
  const own = row.fields.find((field) => field.field === target)?.evidence
  if (own && own.file === file) return own
  if (paper === 'approval') return row.approval
  const places = row.fields.map((field) => field.evidence).filter((one) => one?.file === file)
  // The page is right, the place would not be.
  return places[0] ? { ...places[0], polygon: [] } : null
}

function certificateFile(row: Row): string | undefined {
  return (row.certificate as { file?: string } | null)?.file
}

/** The paper that is shown first: where the value was found, else the certificate, else the approval. */
export function firstPaper(row: Row, target: Target): Paper {
  const own = row.fields.find((field) => field.field === target)?.evidence
  if (own && own.file === row.approval?.file && own.file !== certificateFile(row)) return 'approval'
  return evidenceFor(row, target, 'certificate') === null && row.approval !== null
    ? 'approval'
    : 'certificate'
}

/** Whether paper was read of a field, so that the sheet can be corrected to it. */
export function hasPaper(field: RowField): boolean {
  const isRead = field.status !== 'unreadable' && field.status !== 'unverifiable_character'
  return isRead && Boolean(field.certificate || field.approval)
}

/** Values that say the same as printed. */
export function agrees(one: string | null, other: string | null): boolean {
  return one !== null && one !== '' && one === other
}
