import { describe, expect, it } from 'vitest'
import { cropBox } from '@/screens/review/crops'
import { isSettled, newItem, shownRow } from '@/screens/review/items'
import { evidenceFor, firstPaper, firstTarget, nextTarget, withDecisions } from '@/screens/review/rows'
import { layOut } from '@/screens/review/waterfall'
import { field, row } from './made'

const place = (file: string) => ({
  document_id: 7,
  file,
  page: 1,
  polygon: [
    [0.3, 0.2],
    [0.4, 0.2],
    [0.4, 0.22],
    [0.3, 0.22],
  ] as [number, number][],
  under_seal: false,
  quality: null,
})

describe('what a row asks', () => {
  const several = row(1, { fields: [field('level'), field('name'), field('title')] })

  it('begins with the gravest difference and goes round', () => {
    expect(firstTarget(several)).toBe('name')
    expect(nextTarget(withDecisions(several, [{ action: 'sheet_right', field: 'name' }]), 'name')).toBe(
      'title',
    )
    expect(nextTarget(withDecisions(several, [{ action: 'sheet_right', field: 'title' }]), 'title')).toBe(
      'level',
    )
  })

  it('is answered by a word on the whole row', () => {
    const item = newItem(several)
    item.local = [{ action: 'send_back', field: null, reason: '看不清' }]

    expect(isSettled(item)).toBe(true)
    expect(shownRow(item).fields.some((one) => one.is_open)).toBe(false)
  })

  it('shows what it becomes before that is saved', () => {
    const shown = withDecisions(several, [
      { action: 'paper_right', field: 'name' },
      { action: 'other_value', field: 'title', value: '工程师', reason: '印错' },
    ])

    expect(shown.fields.map((one) => [one.final, one.is_open])).toEqual([
      ['甲', true],
      ['乙', false],
      ['工程师', false],
    ])
  })
})

describe('a re-check', () => {
  const drawn = row(1, { queue: 'recheck', fields: [field('name', { is_open: false })] })

  it('is not finished by a word that one field is right', () => {
    const item = newItem(drawn)
    item.local = [{ action: 'sheet_right', field: 'name' }]
    expect(isSettled(item)).toBe(false)

    item.local = [...item.local, { action: 'sheet_right', field: null }]
    expect(isSettled(item)).toBe(true)
  })

  it('is finished by an error', () => {
    const item = newItem(drawn)
    item.local = [{ action: 'paper_right', field: 'name' }]

    expect(isSettled(item)).toBe(true)
  })
})

describe('the paper of a value', () => {
  it('is where it was found', () => {
    const found = row(1, {
      certificate: { file: 'c.jpg' },
      approval: place('a.pdf'),
      fields: [field('name', { evidence: place('c.jpg') }), field('title', { evidence: place('a.pdf') })],
    })

    expect(firstPaper(found, 'name')).toBe('certificate')
    expect(firstPaper(found, 'title')).toBe('approval')
    expect(evidenceFor(found, 'title', 'certificate')).toMatchObject({ file: 'c.jpg', polygon: [] })
  })

  it('is the approval where there is no certificate', () => {
    const found = row(1, { approval: place('a.pdf'), fields: [field('name', { evidence: place('a.pdf') })] })

    expect(firstPaper(found, null)).toBe('approval')
    expect(evidenceFor(found, 'name', 'certificate')).toBeNull()
  })

  it('is cut with some room, never beyond the page', () => {
    const [left, top, right, bottom] = cropBox([
      [0, 0.2],
      [0.4, 0.2],
      [0.4, 0.22],
      [0, 0.22],
    ])

    expect(left).toBe(0)
    expect(top).toBeLessThan(0.2)
    expect(right).toBeGreaterThan(0.4)
    expect(bottom).toBeGreaterThan(0.22)
  })
})

it('lays the reasons end to end from even odds', () => {
  const contributions = [-4, 6].map((nats) => ({ source: 'prior', nats, sentence: '' }))
  const { steps, even, end } = layOut(field('name', { contributions }))

  const [first, second] = steps
  expect(first?.left).toBe(second?.left)
  expect((first?.left ?? 0) + (first?.width ?? 0)).toBeCloseTo(even)
  expect((second?.left ?? 0) + (second?.width ?? 0)).toBeCloseTo(end)
})
