import { expect, it } from 'vitest'
import { pictureOf, setsOf, type Cell, type Group } from '@/screens/glyphs/cells'

const group = (character: string, count: number, alike: string[] = [], differing = 0): Group => ({
  character,
  count,
  alike,
  differing,
})

const cell = (polygon: [number, number][], documentId: number | null = 3): Cell => ({
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
})

it('shows look-alikes on one screen, each once', () => {
  const sets = setsOf([group('昊', 3, ['吴'], 1), group('李', 9), group('吴', 4, ['昊'])])

  expect(sets).toEqual([
    { characters: ['昊', '吴'], count: 7, differing: 1 },
    { characters: ['李'], count: 9, differing: 0 },
  ])
})

it('cuts the picture of a character with a little room, never beyond the page', () => {
  const corners: [number, number][] = [
    [0.1, 0],
    [0.2, 0],
    [0.2, 0.1],
    [0.1, 0.1],
  ]

  expect(pictureOf(cell(corners))).toBe(
    '/api/v1/documents/3/pages/2/image?width=200&box=0.10000,0.00000,0.20000,0.11000',
  )
})

it('has no picture of a file that is gone', () => {
  expect(pictureOf(cell([], null))).toBeNull()
})
