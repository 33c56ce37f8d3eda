/** Draws a page and the boxes on it. */
import { toWindow, type Polygon, type Size, type View } from './geometry'

type Drawing = {
  bitmap: ImageBitmap | null
  view: View
  ratio: number
  lit: Polygon | null
  boxes: readonly Polygon[]
}

/** Around a value, so that the line never lies on its strokes. */
const ROOM_PX = 5

/** Draw; returns whether the page was drawn, not only the desk. */
export function drawPage(canvas: HTMLCanvasElement, window: Size, drawing: Drawing): boolean {
  const context = canvas.getContext('2d')
  if (context === null) return false
  const density = devicePixelRatio || 1
  const width = Math.round(window.width * density)
  const height = Math.round(window.height * density)
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  const { bitmap, view } = drawing
  if (bitmap === null) return false
  const scale = (view.scale / bitmap.width) * density
  context.translate(width / 2, height / 2)
  context.rotate((view.turn * Math.PI) / 180)
  context.scale(scale, scale)
  context.translate(-view.x * bitmap.width, -view.y * bitmap.width)
  context.imageSmoothingQuality = scale < 0.7 ? 'high' : 'medium'
  context.drawImage(bitmap, 0, 0)
  context.setTransform(density, 0, 0, density, 0, 0)
  drawing.boxes.forEach((polygon) => outline(context, window, drawing, polygon, '#1f5fae99', 1))
  if (drawing.lit !== null) {
    outline(context, window, drawing, drawing.lit, '#ffffffd0', 6)
    outline(context, window, drawing, drawing.lit, '#d95c00', 3)
  }
  return true
}

function outline(
  context: CanvasRenderingContext2D,
  window: Size,
  { view, ratio }: Drawing,
  polygon: Polygon,
  colour: string,
  width: number,
): void {
  const points = polygon.map(([x, y]) => toWindow(view, window, x, y * ratio))
  const middleX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const middleY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  context.beginPath()
  points.forEach(([x, y], index) => {
    const px = x + Math.sign(x - middleX) * ROOM_PX
    const py = y + Math.sign(y - middleY) * ROOM_PX
    if (index === 0) context.moveTo(px, py)
    else context.lineTo(px, py)
  })
  context.closePath()
  context.lineJoin = 'round'
  context.lineWidth = width
  context.strokeStyle = colour
  context.stroke()
}
