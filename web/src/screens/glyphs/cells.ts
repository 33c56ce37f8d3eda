/** Characters of a batch side by side: what is fetched, and where each stands on its page. */
import type { Schemas } from '@/api/client'

export type Cell = Schemas['GlyphCellOut']
export type Group = Schemas['GlyphGroupOut']
export type GlyphField = Schemas['GlyphField']

const WIDTH_PX = 200

/** Return the picture of a character's place. */
export function pictureOf(cell: Cell): string | null {
  if (cell.document_id === null) return null
  const xs = cell.polygon.map(([x]) => x ?? 0)
  const ys = cell.polygon.map(([, y]) => y ?? 0)
  // A little room above and below: a stroke that is cut off looks like another character.
  const room = 0.1 * (Math.max(...ys) - Math.min(...ys))
  const box = [
    Math.max(0, Math.min(...xs)),
    Math.max(0, Math.min(...ys) - room),
    Math.min(1, Math.max(...xs)),
    Math.min(1, Math.max(...ys) + room),
  ].map((value) => value.toFixed(5))
  return `/api/v1/documents/${cell.document_id}/pages/${cell.page}/image?width=${WIDTH_PX}&box=${box.join(',')}`
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
