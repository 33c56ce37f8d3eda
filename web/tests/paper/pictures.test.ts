import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pictures, pictureUrl } from '@/parts/paper/pictures'

let closed: number
let asked: string[]

beforeEach(() => {
  closed = 0
  asked = []
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.url)
    if (request.url.includes('/documents/9/'))
      return new Response('{"code":"no_picture","message":"没有。"}', { status: 409 })
    return new Response('picture')
  })
  vi.stubGlobal('createImageBitmap', async () => ({ width: 1600, height: 2263, close: () => (closed += 1) }))
})
afterEach(() => vi.unstubAllGlobals())

const page = (documentId: number) => ({ documentId, page: 1 })

describe('pictures', () => {
  it('are named by page, size and variant', () => {
    expect(pictureUrl({ ...page(3), variant: 'no_seal', box: [0.1, 0.2, 0.3, 0.4] })).toBe(
      '/api/v1/documents/3/pages/1/image?width=1600&variant=no_seal&box=0.1000%2C0.2000%2C0.3000%2C0.4000',
    )
  })

  it('loaded ahead are ready at once, and fetched once', async () => {
    const pictures = new Pictures()
    pictures.ahead([page(1)])
    await pictures.load(page(1))

    expect(pictures.ready(page(1))).not.toBeNull()
    expect(asked).toHaveLength(1)
  })

  it('of which the oldest are let go of, not those just looked at', async () => {
    const pictures = new Pictures(2)
    await pictures.load(page(1))
    await pictures.load(page(2))
    pictures.ready(page(1))
    await pictures.load(page(3))

    expect(closed).toBe(1)
    expect([1, 2, 3].map((one) => pictures.ready(page(one)) !== null)).toEqual([true, false, true])
  })

  it('that could not be had are asked for anew', async () => {
    const pictures = new Pictures()
    pictures.ahead([page(9)])

    await expect(pictures.load(page(9))).rejects.toMatchObject({ code: 'no_picture' })
    await expect(pictures.load(page(9))).rejects.toMatchObject({ code: 'no_picture' })
    expect(asked).toHaveLength(2)
  })
})
