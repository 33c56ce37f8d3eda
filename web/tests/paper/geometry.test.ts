import { describe, expect, it } from 'vitest'
import {
  boundsOf,
  fitEvidence,
  fitPage,
  isComfortable,
  moveBy,
  toPage,
  toWindow,
  uprightTurn,
  zoomAt,
  type Polygon,
} from '@/parts/paper/geometry'

const WINDOW = { width: 800, height: 600 }
const RATIO = 1.414
const NAME: Polygon = [
  [0.3, 0.2],
  [0.4, 0.2],
  [0.4, 0.22],
  [0.3, 0.22],
]

describe('a page in the window', () => {
  it.each([0, 90, 180, 270] as const)('is found again under every point, turned by %i', (turn) => {
    const view = { x: 0.4, y: 0.6, scale: 900, turn }
    const [x, y] = toWindow(view, WINDOW, 0.31, 0.77)

    const [px, py] = toPage(view, WINDOW, x, y)

    expect(px).toBeCloseTo(0.31)
    expect(py).toBeCloseTo(0.77)
  })

  it('fits whole, lying down too', () => {
    for (const turn of [0, 90] as const) {
      const view = fitPage(WINDOW, RATIO, turn)
      for (const [x, y] of [toWindow(view, WINDOW, 0, 0), toWindow(view, WINDOW, 1, RATIO)]) {
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x).toBeLessThanOrEqual(WINDOW.width)
        expect(y).toBeGreaterThanOrEqual(0)
        expect(y).toBeLessThanOrEqual(WINDOW.height)
      }
    }
  })

  it('keeps what is under the pointer when zoomed', () => {
    const view = { ...fitPage(WINDOW, RATIO, 0), scale: 2000 }
    const before = toPage(view, WINDOW, 500, 250)

    const after = toPage(zoomAt(view, WINDOW, RATIO, 500, 250, 1.5), WINDOW, 500, 250)

    expect(after[0]).toBeCloseTo(before[0])
    expect(after[1]).toBeCloseTo(before[1])
  })

  it('cannot be dragged out of sight', () => {
    let view = { ...fitPage(WINDOW, RATIO, 0), scale: 2000 }
    for (let times = 0; times < 50; times += 1) view = moveBy(view, WINDOW, RATIO, 400, 400)

    expect(toWindow(view, WINDOW, 0, 0)[0]).toBeLessThan(WINDOW.width / 2)
  })
})

describe('a value on the page', () => {
  const box = boundsOf([NAME], RATIO)

  it('is shown in the middle, large enough to read', () => {
    const view = fitEvidence(WINDOW, RATIO, 0, box)
    const [left, top] = toWindow(view, WINDOW, box.left, box.top)
    const [right, bottom] = toWindow(view, WINDOW, box.right, box.bottom)

    expect((left + right) / 2).toBeCloseTo(WINDOW.width / 2, 0)
    expect(bottom - top).toBeGreaterThan(35)
    expect(isComfortable(view, WINDOW, box)).toBe(true)
  })

  it('is not comfortable on the whole page', () => {
    expect(isComfortable(fitPage(WINDOW, RATIO, 0), WINDOW, box)).toBe(false)
  })

  it('is turned so that its text stands upright', () => {
    const sideways: Polygon = [
      [0.5, 0.2],
      [0.5, 0.4],
      [0.48, 0.4],
      [0.48, 0.2],
    ]

    expect(uprightTurn(NAME, RATIO)).toBe(0)
    expect(uprightTurn(sideways, RATIO)).toBe(270)
    expect(uprightTurn([...NAME.slice(2), ...NAME.slice(0, 2)], RATIO)).toBe(180)
  })
})
