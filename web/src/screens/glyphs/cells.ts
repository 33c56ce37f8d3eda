/** Characters of a batch side by side: what is fetched, and where each stands on its page. */
import type { Schemas } from '@/api/client'
import type { Span } from './ink'

export type Cell = Schemas['GlyphCellOut']
export type Group = Schemas['GlyphGroupOut']
export type GlyphField = Schemas['GlyphField']

/** Of one character. */
const WIDTH_PX = 100
const WIDEST_PX = 3600

type Box = { left: number; top: number; right: number; bottom: number }

/** The rectangle around a place, with a little room above and below: a stroke cut off makes another character. */
function around(polygon: Cell['polygon']): Box {
  const xs = polygon.map(([x]) => x ?? 0)
  const ys = polygon.map(([, y]) => y ?? 0)
  const room = 0.1 * (Math.max(...ys) - Math.min(...ys))
  return {
    left: Math.max(0, Math.min(...xs)),
    top: Math.max(0, Math.min(...ys) - room),
    right: Math.min(1, Math.max(...xs)),
    bottom: Math.min(1, Math.max(...ys) + room),
  }
}

/** Fractions of the picture of a value. */
export type Cut = { url: string; left: number; right: number; top: number; bottom: number }

/**
 * Return the picture of a cell's value, and which part of it the character is: one picture is fetched for all
 * characters of a value.
 */
export function pictureOf(cell: Cell): Cut | null {
  if (cell.document_id === null) return null
  const [whole, part] = [around(cell.value_polygon), around(cell.polygon)]
  const [width, height] = [whole.right - whole.left, whole.bottom - whole.top]
  if (!(width > 0 && height > 0 && part.right > part.left)) return null
  const pixels = Math.min(WIDEST_PX, WIDTH_PX * cell.length)
  const box = [whole.left, whole.top, whole.right, whole.bottom].map((value) => value.toFixed(5)).join(',')
  return {
    url: `/api/v1/documents/${cell.document_id}/pages/${cell.page}/image?width=${pixels}&box=${box}`,
    left: (part.left - whole.left) / width,
    right: (part.right - whole.left) / width,
    top: Math.max(0, part.top - whole.top) / height,
    bottom: Math.min(height, part.bottom - whole.top) / height,
  }
}

/** Return what is shown of a picture, when its characters stand between two places only. */
export function insetOf(cut: Cut, ink: Span = { from: 0, to: 1 }): string {
  const at = (share: number) => Math.min(1, Math.max(0, ink.from + share * (ink.to - ink.from)))
  const sides = [cut.top, 1 - at(cut.right), 1 - cut.bottom, at(cut.left)]
  return `inset(${sides.map((share) => `${(100 * share).toFixed(2)}%`).join(' ')})`
}

/** Names a cell on the page and among those that were marked. */
export const keyOf = (cell: Cell) => `${cell.row_id}/${cell.index}`

/**
 * Put groups that look alike together: each set once, those first that the sheet has otherwise.
 *
 * @param groups - As the service sorts them.
 */
export function setsOf(groups: Group[]): { characters: string[]; count: number; differing: number }[] {
  const byCharacter = new Map(groups.map((group) => [group.character, group]))
  const used = new Set<string>()
  const sets = []
  for (const group of groups) {
    if (used.has(group.character)) continue
    const characters = [group.character, ...group.alike.filter((other) => !used.has(other))]
    characters.forEach((one) => used.add(one))
    const held = characters.flatMap((one) => byCharacter.get(one) ?? [])
    sets.push({
      characters,
      count: held.reduce((sum, one) => sum + one.count, 0),
      differing: held.reduce((sum, one) => sum + one.differing, 0),
    })
  }
  return sets
}
