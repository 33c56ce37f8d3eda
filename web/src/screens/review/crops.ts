/** The cut of a page around one value. */
import { pictureUrl, type Variant } from '@/parts/paper/pictures'
import { uprightTurn, type Polygon, type Turn } from '@/parts/paper/geometry'
import type { Evidence } from './rows'

export type Crop = { url: string; turn: Turn }

const CROP_WIDTH = 800

/** Room around a value in its own heights: enough of what stands beside it to see that it is whole. */
const ROOM_HIGH = 0.4
const ROOM_WIDE = 0.6

/** Where to cut, in fractions of the page: left, top, right, bottom. */
export function cropBox(polygon: Polygon): [number, number, number, number] {
  const xs = polygon.map(([x]) => x)
  const ys = polygon.map(([, y]) => y)
  const [left, right] = [Math.min(...xs), Math.max(...xs)]
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)]
  const high = Math.min(bottom - top, right - left)
  const within = (value: number) => Math.max(0, Math.min(1, value))
  return [
    within(left - ROOM_WIDE * high),
    within(top - ROOM_HIGH * high),
    within(right + ROOM_WIDE * high),
    within(bottom + ROOM_HIGH * high),
  ]
}

export function cropOf(evidence: Evidence | null | undefined, variant: Variant): Crop | null {
  if (!evidence || evidence.document_id === null || evidence.polygon.length < 3) return null
  const { document_id: documentId, page } = evidence
  const box = cropBox(evidence.polygon)
  return {
    url: pictureUrl({ documentId, page, variant, width: CROP_WIDTH, box }),
    turn: uprightTurn(evidence.polygon, 1.414),
  }
}
