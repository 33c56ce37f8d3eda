import { expect, it } from 'vitest'
import { insetOf, pictureOf, setsOf, type Cell, type Group } from '@/screens/glyphs/cells'
import { inkSpan } from '@/screens/glyphs/ink'

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
  length: 4,
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

  const first = pictureOf(cell(box(0.1, 0.2, 0.2, 0.3), value))!
  const last = pictureOf(cell(box(0.4, 0.2, 0.5, 0.3), value))!

  expect(first.url).toBe('/api/v1/documents/3/pages/2/image?width=400&box=0.10000,0.19000,0.50000,0.31000')
  expect(last.url).toBe(first.url)
  expect(insetOf(first)).toBe('inset(0.00% 75.00% 0.00% 0.00%)')
  expect(insetOf(last)).toBe('inset(0.00% 0.00% 0.00% 75.00%)')
})

it('shows the character where the ink stands, not where the room before it was', () => {
  const value = box(0.1, 0.2, 0.5, 0.3)

  const first = pictureOf(cell(box(0.1, 0.2, 0.2, 0.3), value))!

  expect(insetOf(first, { from: 0.2, to: 1 })).toBe('inset(0.00% 60.00% 0.00% 20.00%)')
})

/** Paper with ink between two columns, and a printed line below all of it. */
function painted(width: number, height: number, from: number, to: number, ink = 30): number[] {
  const pixels: number[] = []
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isDark = y >= height - 2 || (x >= from && x < to && x % 3 !== 0 && y > 4)
      const level = isDark ? ink : 220
      pixels.push(level, level, level, 255)
    }
  }
  return pixels
}

it('finds where characters begin and end, whatever line runs below them', () => {
  expect(inkSpan(painted(100, 32, 22, 91), 100, 32)).toEqual({ from: 0.22, to: 0.9 })
})

it('finds none on empty paper, in a stain or in a single mark', () => {
  expect(inkSpan(painted(100, 32, 0, 0), 100, 32)).toBeNull()
  expect(inkSpan(painted(100, 32, 20, 90, 200), 100, 32)).toBeNull()
  expect(inkSpan(painted(100, 32, 50, 60), 100, 32)).toBeNull()
})

it('never asks for what lies beyond the page', () => {
  expect(pictureOf(cell(box(0, 0, 1, 0.1)))?.url).toContain('box=0.00000,0.00000,1.00000,0.11000')
})

it('has no picture of a file that is gone, nor of a value without a place', () => {
  expect(pictureOf(cell(box(0, 0, 1, 1), [], null))).toBeNull()
  expect(pictureOf(cell([]))).toBeNull()
})
