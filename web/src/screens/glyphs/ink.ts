/**
 * Where the characters of a value begin and end in its picture.
 *
 * The place of a value has room to its left where a label ends or a line begins, and the place of a character
 * is known only by its share of the value: of eighteen digits each would stand off by half of one.
 */

/** Fractions of a picture's width. */
export type Span = { from: number; to: number }

const HEIGHT_PX = 32
/** Of the height, above and below: frames and printed lines run there. */
const EDGE = 0.22
/** Of the way from paper to the darkest ink. */
const DARK = 0.5
/** Levels between paper and ink, at the least; less is a stain. */
const LEAST_CONTRAST = 40
/** Of the width: less is a mark, no value. */
const LEAST_SPAN = 0.25

/** Look at a picture that has loaded; `null` when no characters stand out of it. */
export function inkOf(image: HTMLImageElement): Span | null {
  const width = Math.round((HEIGHT_PX * image.naturalWidth) / Math.max(1, image.naturalHeight))
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = HEIGHT_PX
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null || width === 0) return null
  context.drawImage(image, 0, 0, width, HEIGHT_PX)
  return inkSpan(context.getImageData(0, 0, width, HEIGHT_PX).data, width, HEIGHT_PX)
}

/**
 * Return the first and the last column with ink.
 *
 * @param pixels - Four bytes each, row after row.
 */
export function inkSpan(pixels: ArrayLike<number>, width: number, height: number): Span | null {
  const [first, last] = [Math.round(EDGE * height), Math.round((1 - EDGE) * height)]
  const darkest = new Array<number>(width).fill(255)
  const levels: number[] = []
  for (let y = first; y < last; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x)
      const level = ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3
      darkest[x] = Math.min(darkest[x] ?? 255, level)
      levels.push(level)
    }
  }
  levels.sort((a, b) => a - b)
  const paper = levels[Math.floor(0.75 * levels.length)] ?? 255
  const ink = levels[Math.floor(0.02 * levels.length)] ?? 255
  if (paper - ink < LEAST_CONTRAST) return null
  const limit = paper - DARK * (paper - ink)
  const columns = darkest.flatMap((level, x) => (level < limit ? [x] : []))
  const [from, to] = [(columns[0] ?? 0) / width, ((columns.at(-1) ?? 0) + 1) / width]
  return to - from < LEAST_SPAN ? null : { from, to }
}
