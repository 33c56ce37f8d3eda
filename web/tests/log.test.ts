import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import LogTable from '@/screens/log/LogTable.vue'
import { OBJECTS, objectParts, toQuery, toSearch } from '@/screens/log/searchAddress'
import zh from '@/messages/zh'
import { useLog, type Entry } from '@/stores/log'

const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  at: '2026-03-02T08:00:00Z',
  actor: 'beilin.verifier',
  office: 'beilin',
  action: 'row.decided',
  action_label: '决定',
  object: 'row/42',
  object_label: '行 42',
  summary: '决定：表格无误',
  detail: { action: 'sheet_right' },
  previous: 'a'.repeat(64),
  hash: 'b'.repeat(64),
  ...more,
})

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

describe('a search of the log', () => {
  it('stands in the address and is read from it again', () => {
    const search = {
      action: 'row.decided',
      object: 'row/42',
      actor: 'wang.fang',
      batch_id: 7,
      first_day: '2026-03-01',
      last_day: '2026-03-02',
    }

    expect(toSearch(toQuery(search))).toEqual(search)
    expect(toQuery({ action: '', actor: 'x' })).toEqual({ actor: 'x' })
  })

  it('passes over what is none', () => {
    expect(toSearch({ batch_id: 'x', first_day: '昨天', actor: ['a', 'b'], object: '  ' })).toEqual({})
    expect(objectParts('row/42')).toEqual({ kind: 'row', number: '42' })
    expect(objectParts(undefined)).toEqual({ kind: '', number: '' })
  })

  it('offers only things that have a name', () => {
    const names: Record<string, string> = zh.log.objects

    expect(OBJECTS.every((kind) => names[kind])).toBe(true)
  })

  it('is read on where it ended, and a new one begins anew', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (request: Request) => {
      const query = new URL(request.url).searchParams
      asked.push(`${query.get('actor') ?? ''}/${query.get('cursor') ?? ''}`)
      return query.has('cursor')
        ? Response.json({ items: [entry(1)], next_cursor: null })
        : Response.json({ items: [entry(3), entry(2)], next_cursor: 'c' })
    })
    const store = useLog()

    await store.find({ actor: 'a' })
    await store.more()
    expect(store.entries.map((one) => one.seq)).toEqual([3, 2, 1])
    await store.more()
    await store.find({})

    expect(asked).toEqual(['a/', 'a/c', '/'])
    expect(store.entries.map((one) => one.seq)).toEqual([3, 2])
  })

  it('shows the answer to the last question, whichever comes last', async () => {
    let letGo = () => {}
    const held = new Promise<void>((resolve) => (letGo = resolve))
    vi.stubGlobal('fetch', async (request: Request) => {
      const isFirst = new URL(request.url).searchParams.get('actor') === 'slow'
      if (isFirst) await held
      return Response.json({ items: [entry(isFirst ? 1 : 2)], next_cursor: null })
    })
    const store = useLog()

    const slow = store.find({ actor: 'slow' })
    await store.find({ actor: 'quick' })
    letGo()
    await slow

    expect(store.entries.map((one) => one.seq)).toEqual([2])
  })
})

describe('lines of the log', () => {
  const office = { id: 3, name: '碑林区人社局' } as never

  it('are told in the words of the service, with the name of the office', () => {
    const text = mount(LogTable, {
      props: { entries: [entry(9)], offices: new Map([['beilin', office]]) },
    }).text()

    for (const words of ['决定', '行 42', '表格无误', '碑林区人社局', '2026-03-02 16:00'])
      expect(text).toContain(words)
  })

  it('narrow the search by who, what and to what; what the service did is nobody to look for', async () => {
    const table = mount(LogTable, {
      props: { entries: [entry(9), entry(8, { actor: 'system', office: '' })], offices: new Map() },
    })

    for (const name of ['beilin.verifier', '决定', '行 42'])
      await table
        .findAll('button')
        .find((one) => one.text() === name)
        ?.trigger('click')

    expect(table.emitted('narrow')).toEqual([
      [{ actor: 'beilin.verifier' }],
      [{ action: 'row.decided' }],
      [{ object: 'row/42' }],
    ])
    expect(table.text()).toContain('系统')
    expect(table.findAll('button').some((one) => one.text() === 'system')).toBe(false)
  })

  it('show their seal when they are opened', async () => {
    const table = mount(LogTable, { props: { entries: [entry(9)], offices: new Map() } })
    expect(table.text()).not.toContain('b'.repeat(64))

    const button = table.findAll('button').find((one) => one.text() === '封记')
    await button?.trigger('click')

    expect(table.text()).toContain('b'.repeat(64))
    expect(table.text()).toContain('a'.repeat(64))
  })
})
