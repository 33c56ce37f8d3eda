import { expect, it } from 'vitest'
import { commonPace, days, paces, percent, totals, type Quality } from '@/screens/quality/figures'

const batch = (rows: number, clear: number, judged: number, false_alarms: number) => ({
  batch_id: rows,
  name: '批次',
  created_at: '2026-03-02T00:00:00Z',
  rows,
  clear,
  flagged: rows - clear,
  judged,
  false_alarms,
  missed: 0,
})

const QUALITY: Quality = {
  rows: 30,
  is_whole: true,
  batches: [batch(20, 15, 5, 1), batch(10, 9, 0, 0)],
  fields: [],
  bins: [],
  hours: [
    { hour: '2026-03-02T09:00:00+08:00', by: 'a', decisions: 90 },
    { hour: '2026-03-02T10:00:00+08:00', by: 'a', decisions: 30 },
    { hour: '2026-03-03T09:00:00+08:00', by: 'b', decisions: 10 },
  ],
  files: [],
  layouts: [],
}

it('sums what all batches say', () => {
  expect(totals(QUALITY)).toEqual({ rows: 30, clear: 24, flagged: 6, judged: 5, falseAlarms: 1, missed: 0 })
})

it('tells the pace over the hours in which somebody decided', () => {
  expect(paces(QUALITY).map((one) => [one.by, one.pace])).toEqual([
    ['a', 60],
    ['b', 10],
  ])
})

it('adds up days', () => {
  expect(days(QUALITY)).toEqual([
    { day: '2026-03-02', decisions: 120 },
    { day: '2026-03-03', decisions: 10 },
  ])
})

it('shows no share of nothing', () => {
  expect(percent(0, 0)).toBe('—')
  expect(percent(1, 3)).toBe('33.3%')
})

it('tells the pace of all together, and none where nobody decided', () => {
  expect(commonPace(paces(QUALITY))).toBeCloseTo(130 / 3)
  expect(commonPace([])).toBeNull()
})
