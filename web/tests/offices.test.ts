import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import zh from '@/messages/zh'
import { depths, KINDS_BELOW, treeOf, useOffices, type Office, type OfficeKind } from '@/stores/offices'

const office = (id: number, parent_id: number | null, is_active = true): Office => ({
  id,
  code: `code${id}`,
  name: `单位${id}`,
  kind: 'county',
  kind_label: '区县',
  parent_id,
  is_active,
  version: 2,
})

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

it('hangs offices under each other; the own one is the root though there are others above', () => {
  const [root, ...others] = treeOf([office(2, 1), office(3, 2), office(5, 3), office(4, 2)])

  expect(others).toEqual([])
  expect(root?.id).toBe(2)
  expect(root?.children.map((one) => one.id)).toEqual([3, 4])
  expect(root?.children[0]?.children.map((one) => one.id)).toEqual([5])
})

it('indents names by how deep an office lies', () => {
  expect([...depths([office(2, 1), office(3, 2), office(5, 3), office(4, 2)])]).toEqual([
    [2, 0],
    [3, 1],
    [5, 2],
    [4, 1],
  ])
})

it('names every kind of office, and lets none hang under an employer', () => {
  const names: Record<string, string> = zh.common.kind

  for (const kind of Object.keys(KINDS_BELOW) as OfficeKind[]) expect(names[kind]).toBeTruthy()
  expect(KINDS_BELOW.unit).toEqual([])
  expect(Object.values(KINDS_BELOW).flat()).not.toContain('province')
})

it('reads all pages and knows the names of offices above', async () => {
  vi.stubGlobal('fetch', async (request: Request) => {
    const above = [office(1, null)]
    return new URL(request.url).searchParams.has('cursor')
      ? Response.json({ items: [office(3, 2)], next_cursor: null, above })
      : Response.json({ items: [office(2, 1)], next_cursor: 'b', above })
  })
  const store = useOffices()

  await store.load()

  expect(store.offices.map((one) => one.id)).toEqual([2, 3])
  expect(store.byId.get(1)?.name).toBe('单位1')
  expect(store.byCode.get('code3')?.id).toBe(3)
})

it('takes an office for closed when one above it is', () => {
  const store = useOffices()
  store.offices = [office(2, 1, false), office(3, 2)]

  expect(store.isOpen(office(3, 2))).toBe(false)
  store.offices = [office(2, 1), office(3, 2)]
  expect(store.isOpen(office(3, 2))).toBe(true)
})

it('closes an office as it was seen and keeps the place in the list', async () => {
  const sent: (string | null)[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request.headers.get('if-match'))
    return Response.json({ ...office(3, 2, false), version: 3 })
  })
  const store = useOffices()
  store.offices = [office(2, 1), office(3, 2), office(4, 2)]

  await store.change(office(3, 2), { is_active: false })

  expect(sent).toEqual(['"2"'])
  expect(store.offices.map((one) => [one.id, one.is_active])).toEqual([
    [2, true],
    [3, false],
    [4, true],
  ])
})
