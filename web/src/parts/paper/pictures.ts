/** Pictures of pages, fetched and decoded before they are wanted. */
import { call, toProblem, type Schemas } from '@/api/client'

export type Variant = Schemas['Variant']
export const VARIANTS: readonly Variant[] = ['original', 'no_seal', 'contrast'] as Variant[]

export type Wanted = { documentId: number; page: number; variant?: Variant; width?: number }

/** Enough for a page that fills half of a large screen; the sharper one is fetched when somebody zooms in. */
export const USUAL_WIDTH = 1600
export const SHARP_WIDTH = 3600

/** A decoded page of A4 at the usual width takes 14 MB. */
const MOST_KEPT = 10

export function pictureUrl(wanted: Wanted & { box?: readonly number[] }): string {
  const query = new URLSearchParams({ width: String(wanted.width ?? USUAL_WIDTH) })
  if (wanted.variant !== undefined && wanted.variant !== 'original') query.set('variant', wanted.variant)
  if (wanted.box !== undefined) query.set('box', wanted.box.map((value) => value.toFixed(4)).join(','))
  return `/api/v1/documents/${wanted.documentId}/pages/${wanted.page}/image?${query}`
}

type Kept = { bitmap: ImageBitmap | null; pending: Promise<ImageBitmap> }

export class Pictures {
  private readonly kept = new Map<string, Kept>()

  constructor(private readonly most = MOST_KEPT) {}

  /** The picture if it is decoded already. */
  ready(wanted: Wanted): ImageBitmap | null {
    const url = pictureUrl(wanted)
    const found = this.kept.get(url)
    if (found === undefined) return null
    this.touch(url, found)
    return found.bitmap
  }

  /**
   * Fetch and decode a picture, once.
   *
   * @throws {Problem} The service has no such picture or was not reached.
   */
  load(wanted: Wanted): Promise<ImageBitmap> {
    const url = pictureUrl(wanted)
    const found = this.kept.get(url)
    if (found !== undefined) {
      this.touch(url, found)
      return found.pending
    }
    const kept: Kept = { bitmap: null, pending: fetchPicture(url) }
    this.kept.set(url, kept)
    kept.pending.then(
      (bitmap) => {
        // Let go of before it came.
        if (this.kept.get(url) === kept) kept.bitmap = bitmap
        else bitmap.close()
      },
      // A failed one is asked for anew.
      () => this.kept.delete(url),
    )
    this.letGo()
    return kept.pending
  }

  /** Fetch what will be wanted next; failures show when it is. */
  ahead(wanted: readonly Wanted[]): void {
    wanted.forEach((one) => this.load(one).catch(() => undefined))
  }

  clear(): void {
    this.kept.forEach((one) => one.bitmap?.close())
    this.kept.clear()
  }

  private touch(url: string, kept: Kept): void {
    this.kept.delete(url)
    this.kept.set(url, kept)
  }

  private letGo(): void {
    for (const [url, one] of this.kept) {
      if (this.kept.size <= this.most) return
      this.kept.delete(url)
      one.bitmap?.close()
    }
  }
}

async function fetchPicture(url: string): Promise<ImageBitmap> {
  const response = await call(new Request(new URL(url, globalThis.location.origin)))
  if (!response.ok) throw toProblem(response.status, await response.json().catch(() => null))
  return createImageBitmap(await response.blob())
}

/** Shared by all viewers of the page. */
export const pictures = new Pictures()
