import { expect, it } from 'vitest'
import { pictureOf, setsOf, type Cell, type Group } from '@/screens/glyphs/cells'

const group = (character: string, count: number, alike: string[] = [], differing = 0): Group => ({
  character,
  count,
  alike,
  differing,
})

const cell = (
  polygon: [number, number][],
  value: [number, number][] = polygon,
  documentId: number | null = 3,
): Cell => ({
  row_id: 1,
  row_number: 5,
  name: '李昊',
  state: 'cleared',
  index: 1,
  character: '昊',
  submitted: '昊',
  document_id: documentId,
  page: 2,
  polygon,
  value_polygon: value,
})

/** Corners of a rectangle. */
const box = (left: number, top: number, right: number, bottom: number): [number, number][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
]

it('shows look-alikes on one screen, each once', () => {
  const sets = setsOf([group('昊', 3, ['吴'], 1), group('李', 9), group('吴', 4, ['昊'])])

  expect(sets).toEqual([
    { characters: ['昊', '吴'], count: 7, differing: 1 },
    { characters: ['李'], count: 9, differing: 0 },
  ])
})

it('fetches one picture for all characters of a value and shows of it the one, with a little room', () => {
  const value = box(0.1, 0.2, 0.5, 0.3)

  expect(pictureOf(cell(box(0.1, 0.2, 0.2, 0.3), value))).toEqual({
    url: '/api/v1/documents/3/pages/2/image?width=400&box=0.10000,0.19000,0.50000,0.31000',
    inset: 'inset(0.00% 75.00% 0.00% 0.00%)',
  })
  expect(pictureOf(cell(box(0.4, 0.2, 0.5, 0.3), value))?.inset).toBe('inset(0.00% 0.00% 0.00% 75.00%)')
})

it('never asks for what lies beyond the page', () => {
  expect(pictureOf(cell(box(0, 0, 1, 0.1)))?.url).toContain('box=0.00000,0.00000,1.00000,0.11000')
})

it('has no picture of a file that is gone, nor of a value without a place', () => {
  expect(pictureOf(cell(box(0, 0, 1, 1), [], null))).toBeNull()
  expect(pictureOf(cell([]))).toBeNull()
})
