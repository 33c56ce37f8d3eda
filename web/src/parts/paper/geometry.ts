/** Where a page lies in the window: turning, zooming, keeping it in sight. */

/** A point or polygon in fractions of the page, as the service gives it. */
export type Point = readonly [number, number]
export type Polygon = readonly Point[]
export type Size = { width: number; height: number }
export type Turn = 0 | 90 | 180 | 270
export type Box = { left: number; top: number; right: number; bottom: number }

/** What is seen of a page. Lengths on the page are in widths of the page, so that any resolution fits. */
export type View = {
  /** What lies in the middle of the window. */
  x: number
  y: number
  /** Pixels of the window for one width of the page. */
  scale: number
  /** Clockwise. */
  turn: Turn
}

const LEAST_SHARE = 0.5
const MOST_SCALE = 12_000
const MARGIN_PX = 12
/** Evidence is shown so high, if its length allows: three lines of print above and below stay in sight. */
const EVIDENCE_HEIGHT_PX = 44
const EVIDENCE_SHARE = 0.62

export function turned(turn: number): Turn {
  return ((((Math.round(turn / 90) * 90) % 360) + 360) % 360) as Turn
}

function rotate(x: number, y: number, turn: Turn): [number, number] {
  if (turn === 90) return [-y, x]
  if (turn === 180) return [-x, -y]
  if (turn === 270) return [y, -x]
  return [x, y]
}

/** Where a point of the page (in widths) is in the window. */
export function toWindow(view: View, window: Size, x: number, y: number): [number, number] {
  const [dx, dy] = rotate((x - view.x) * view.scale, (y - view.y) * view.scale, view.turn)
  return [window.width / 2 + dx, window.height / 2 + dy]
}

/** Which point of the page (in widths) is seen at a place of the window. */
export function toPage(view: View, window: Size, x: number, y: number): [number, number] {
  const back = turned(-view.turn)
  const [dx, dy] = rotate((x - window.width / 2) / view.scale, (y - window.height / 2) / view.scale, back)
  return [view.x + dx, view.y + dy]
}

/** Bounds of polygons in widths of the page. */
export function boundsOf(polygons: readonly Polygon[], ratio: number): Box {
  const points = polygons.flat()
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y * ratio)
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
}

/** How the page must be turned so that a text stands upright; corners begin at its top left, in reading direction. */
export function uprightTurn(polygon: Polygon, ratio: number): Turn {
  const [first, second] = polygon
  if (first === undefined || second === undefined) return 0
  const angle = Math.atan2((second[1] - first[1]) * ratio, second[0] - first[0])
  return turned((-angle * 180) / Math.PI)
}

function sides(box: Box, turn: Turn): Size {
  const width = box.right - box.left
  const height = box.bottom - box.top
  return turn % 180 === 0 ? { width, height } : { width: height, height: width }
}

/** The whole page. `ratio` is its height in widths. */
export function fitPage(window: Size, ratio: number, turn: Turn): View {
  const page = sides({ left: 0, top: 0, right: 1, bottom: ratio }, turn)
  const scale = Math.min(
    (window.width - 2 * MARGIN_PX) / page.width,
    (window.height - 2 * MARGIN_PX) / page.height,
  )
  return { x: 0.5, y: ratio / 2, scale: Math.max(1, scale), turn }
}

/** The page so near that a value can be read easily, with what stands around it. */
export function fitEvidence(window: Size, ratio: number, turn: Turn, box: Box): View {
  const whole = fitPage(window, ratio, turn)
  const size = sides(box, turn)
  const scale = Math.min(
    (EVIDENCE_SHARE * window.width) / Math.max(size.width, 1e-4),
    EVIDENCE_HEIGHT_PX / Math.max(size.height, 1e-4),
    (EVIDENCE_SHARE * window.height) / Math.max(size.height, 1e-4),
  )
  const view = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, scale, turn }
  return keepInSight({ ...view, scale: Math.max(whole.scale, scale) }, window, ratio)
}

/** Whether a box is seen well enough that nothing need move. */
export function isComfortable(view: View, window: Size, box: Box): boolean {
  const corners = [toWindow(view, window, box.left, box.top), toWindow(view, window, box.right, box.bottom)]
  const isInside = corners.every(
    ([x, y]) =>
      x > 0.06 * window.width &&
      x < 0.94 * window.width &&
      y > 0.1 * window.height &&
      y < 0.9 * window.height,
  )
  const height = sides(box, view.turn).height * view.scale
  return isInside && height >= 0.5 * EVIDENCE_HEIGHT_PX && height <= 2.5 * EVIDENCE_HEIGHT_PX
}

/** Zoom so that what is under a place of the window stays there. */
export function zoomAt(view: View, window: Size, ratio: number, x: number, y: number, factor: number): View {
  const least = LEAST_SHARE * fitPage(window, ratio, view.turn).scale
  const scale = Math.min(MOST_SCALE, Math.max(least, view.scale * factor))
  const [px, py] = toPage(view, window, x, y)
  const nearer = { ...view, scale }
  const [nx, ny] = toPage(nearer, window, x, y)
  return keepInSight({ ...nearer, x: view.x + px - nx, y: view.y + py - ny }, window, ratio)
}

/** Move by pixels of the window. */
export function moveBy(view: View, window: Size, ratio: number, dx: number, dy: number): View {
  const [x, y] = toPage(view, window, window.width / 2 - dx, window.height / 2 - dy)
  return keepInSight({ ...view, x, y }, window, ratio)
}

/** The middle of the window never leaves the page. */
function keepInSight(view: View, window: Size, ratio: number): View {
  const half = sides(
    { left: 0, top: 0, right: window.width / view.scale, bottom: window.height / view.scale },
    view.turn,
  )
  return { ...view, x: held(view.x, half.width / 2, 1), y: held(view.y, half.height / 2, ratio) }
}

function held(at: number, half: number, length: number): number {
  // A page smaller than the window stays in its middle; a larger one may be moved a little over its edge.
  if (2 * half >= length) return length / 2
  const over = 0.25 * half
  return Math.min(length - half + over, Math.max(half - over, at))
}
