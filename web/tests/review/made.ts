/** Rows as the service shows them, for tests. */
import type { Row, RowField } from '@/screens/review/rows'

export function field(name: RowField['field'], more: Partial<RowField> = {}): RowField {
  return {
    field: name,
    label: name,
    submitted: '甲',
    certificate: '乙',
    approval: '乙',
    final: '甲',
    status: 'mismatch',
    kind: 'homophone',
    kind_label: '同音字',
    probability: 0.97,
    probability_words: '很可能填错（97%）',
    agreement: '证书与批文一致，表格不同',
    is_open: true,
    submitted_pieces: [],
    paper_pieces: [],
    approval_pieces: [],
    evidence: null,
    contributions: [],
    ...more,
  }
}

export function row(id: number, more: Partial<Row> = {}): Row {
  return {
    id,
    batch_id: 1,
    run_id: 1,
    sheet: '汇总表.xlsx',
    tab: '附件2',
    row_number: id + 3,
    name: `张${id}`,
    verdict: 'reject',
    state: 'waiting',
    state_label: '待复核',
    queue: 'review',
    risk: 0.97,
    group: 'name:homophone',
    group_label: '姓名 · 同音字',
    pattern: null,
    recheck: 'none',
    opinion_of: null,
    lease: {
      user_id: 1,
      is_mine: true,
      until: new Date(Date.now() + 600_000).toISOString(),
      token: `${id}`.padStart(32, '0'),
    },
    version: 1,
    in_full: false,
    fields: [field('employer', { is_open: false, status: 'match' }), field('name')],
    issues: [],
    certificate: null,
    approval: null,
    row_is_open: false,
    decisions: [],
    notes: [],
    ...more,
  }
}
