/** The service's calls that review makes. */
import { allPages, answered, api, type Schemas } from '@/api/client'
import type { Decision, FieldName, Row } from './rows'

export type Queue = 'review' | 'recheck'
export type Scope = {
  /** All batches of the office when left out. */
  batchId?: number
  queue: Queue
  /** Only this kind of difference. */
  group?: string
  /** Only rows of which this field waits. */
  field?: FieldName
}
export type Group = Schemas['GroupOut']
export type WaitingField = Schemas['WaitingFieldOut']
export type Pattern = Schemas['PatternOut']
export type Certificate = Schemas['CertificateOut']

/** An answer with rows; the client's types forget that a point is a pair. */
function asRows<T>(pending: Promise<unknown>): Promise<T> {
  return pending as Promise<T>
}

const tag = (version: number) => ({ 'if-match': `"${version}"` })

export function takeNext(scope: Scope, count: number, without: number[]): Promise<Row[]> {
  const { batchId, queue, group, field } = scope
  const body = {
    batch_id: batchId ?? null,
    queue,
    group: group ?? null,
    field: field ?? null,
    count,
    without,
  }
  return asRows(answered(api.POST('/api/v1/review/take', { body })))
}

/** One row by its number, with a lease if it waits. */
export async function takeRow(row_id: number): Promise<Row> {
  const body = { row_id, queue: 'review', count: 1, without: [] }
  const [row] = await asRows<Row[]>(answered(api.POST('/api/v1/review/take', { body })))
  return row as Row
}

export function readRow(row_id: number, in_full = false): Promise<Row> {
  const params = { path: { row_id }, query: { in_full } }
  return asRows(answered(api.GET('/api/v1/rows/{row_id}', { params })))
}

export function sendDecision(
  row_id: number,
  decision: Decision,
  version: number,
  lease: string | null,
  key: string,
): Promise<Row> {
  const header = { ...tag(version), 'Idempotency-Key': key }
  const params = { path: { row_id }, header }
  const body = { decisions: [decision], lease }
  return asRows(answered(api.POST('/api/v1/rows/{row_id}/decisions', { params, body })))
}

export function sendUndo(row_id: number, decision_id: number, version: number): Promise<Row> {
  const params = { path: { row_id }, header: tag(version) }
  const body = { decision_id }
  return asRows(answered(api.POST('/api/v1/rows/{row_id}/undo', { params, body })))
}

export function renew(row_id: number, lease: string): Promise<Schemas['RowOut']> {
  return answered(api.POST('/api/v1/rows/{row_id}/lease', { params: { path: { row_id } }, body: { lease } }))
}

/** Give a row back; `keepalive`, so that it arrives also while the page closes. */
export function giveBack(row_id: number, lease: string): Promise<unknown> {
  const params = { path: { row_id } }
  return answered(api.POST('/api/v1/rows/{row_id}/release', { params, body: { lease }, keepalive: true }))
}

export function addNote(row_id: number, text: string): Promise<Schemas['NoteIdOut']> {
  return answered(api.POST('/api/v1/rows/{row_id}/notes', { params: { path: { row_id } }, body: { text } }))
}

export function askOpinion(row_id: number, text: string): Promise<Schemas['RowOut']> {
  return answered(api.POST('/api/v1/rows/{row_id}/opinion', { params: { path: { row_id } }, body: { text } }))
}

export function withdrawOpinion(row_id: number): Promise<Schemas['RowOut']> {
  return answered(api.DELETE('/api/v1/rows/{row_id}/opinion', { params: { path: { row_id } } }))
}

export function readGroups(batch_id: number, queue: Queue): Promise<Group[]> {
  const params = { path: { batch_id }, query: { queue } }
  return answered(api.GET('/api/v1/batches/{batch_id}/queue', { params }))
}

export function readWaitingFields(batch_id: number): Promise<WaitingField[]> {
  return answered(api.GET('/api/v1/batches/{batch_id}/queue/fields', { params: { path: { batch_id } } }))
}

export function readPatterns(batch_id: number): Promise<Pattern[]> {
  return answered(api.GET('/api/v1/batches/{batch_id}/patterns', { params: { path: { batch_id } } }))
}

export function findCertificates(batch_id: number, text: string): Promise<Certificate[]> {
  const params = { path: { batch_id }, query: { text, limit: 100 } }
  return asRows(answered(api.GET('/api/v1/batches/{batch_id}/certificates', { params })))
}

export function readPatternRows(batch_id: number, pattern: string): Promise<Schemas['RowOut'][]> {
  return allPages((cursor) => {
    const query = {
      pattern,
      state: 'waiting' as const,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    }
    return answered(api.GET('/api/v1/batches/{batch_id}/rows', { params: { path: { batch_id }, query } }))
  })
}

export function decideAlike(
  batch_id: number,
  body: Schemas['BulkIn'],
  key: string,
): Promise<Schemas['BulkOut']> {
  const params = { path: { batch_id }, header: { 'Idempotency-Key': key } }
  return answered(api.POST('/api/v1/batches/{batch_id}/bulk', { params, body }))
}
