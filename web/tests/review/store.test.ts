import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import FailureList from '@/screens/review/FailureList.vue'
import type { Row } from '@/screens/review/rows'
import { useReview } from '@/stores/review'
import { field, row } from './made'

type Call = { path: string; body: Record<string, unknown>; ifMatch: string | null }

/** A service with a queue of rows; tests may let calls wait or fail. */
class Service {
  calls: Call[] = []
  queue: Row[] = [1, 2, 3, 4, 5, 6].map((id) => row(id))
  rows = new Map<number, Row>(this.queue.map((one) => [one.id, one]))
  refuse: { path: string; status: number; code: string; fields?: string[] } | null = null
  gate: Promise<void> = Promise.resolve()

  async fetch(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.replace('/api/v1', '')
    const body = request.method === 'POST' ? JSON.parse((await request.text()) || '{}') : {}
    this.calls.push({ path, body, ifMatch: request.headers.get('if-match') })
    if (path.endsWith('/decisions') || path.endsWith('/undo')) await this.gate
    if (this.refuse !== null && path.endsWith(this.refuse.path)) {
      const { status, code, fields } = this.refuse
      this.refuse = null
      return Response.json({ code, message: '没有保存。', fields }, { status })
    }
    return this.answer(path, body)
  }

  sent(end: string): Call[] {
    return this.calls.filter((call) => call.path.endsWith(end))
  }

  private answer(path: string, body: Record<string, unknown>): Response {
    if (path === '/review/take') return Response.json(this.take(body))
    if (path.endsWith('/release')) return new Response(null, { status: 204 })
    const [, kind, id, deed] = path.split('/')
    const known = this.rows.get(Number(id))
    if (kind !== 'rows' || known === undefined) return Response.json([])
    if (deed === 'decisions' || deed === 'undo') {
      const decisions = body['decisions'] as { action: string; field: string | null }[] | undefined
      const changed = { ...known, version: known.version + 1, lease: null } as Row
      if (decisions !== undefined) {
        const made = { ...decisions[0], id: 100 + known.version, holds: true } as Row['decisions'][number]
        Object.assign(changed, { decisions: [...known.decisions, made], queue: '', state: 'decided' })
        changed.fields = known.fields.map((one) => ({ ...one, is_open: false }))
      } else {
        Object.assign(changed, { queue: 'review', state: 'waiting', decisions: [], fields: row(1).fields })
      }
      this.rows.set(known.id, changed)
      return Response.json(changed, { status: 201 })
    }
    return Response.json(known)
  }

  private take(body: Record<string, unknown>): Row[] {
    if (typeof body['row_id'] === 'number') {
      const one = this.rows.get(body['row_id'])
      return one === undefined ? [] : [{ ...one, lease: one.queue === '' ? null : row(one.id).lease }]
    }
    const without = new Set(body['without'] as number[])
    return [...this.rows.values()]
      .filter((one) => one.queue === 'review' && !without.has(one.id))
      .slice(0, body['count'] as number)
  }
}

let service: Service
let store: ReturnType<typeof useReview>
const idle = async () => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((done) => setTimeout(done, 0))
}

beforeEach(async () => {
  service = new Service()
  vi.stubGlobal('fetch', (request: Request) => service.fetch(request))
  setActivePinia(createPinia())
  store = useReview()
  await store.open({ batchId: 1, queue: 'review' })
  await idle()
})
afterEach(async () => {
  await store.close()
  vi.unstubAllGlobals()
})

const right = { action: 'paper_right', field: 'name', reason: '' } as const

describe('the queue', () => {
  it('shows the first row and holds three more ready', () => {
    expect(store.row?.id).toBe(1)
    expect(store.target).toBe('name')
    expect(store.items.map((one) => one.id)).toEqual([1, 2, 3, 4])
  })

  it('goes on before a decision is saved, and never shows the same row again', async () => {
    let open = () => {}
    service.gate = new Promise((done) => (open = done))
    store.decide(right)

    expect(store.row?.id).toBe(2)
    expect(store.unsaved).toBe(1)
    await idle()
    expect(store.items.map((one) => one.id)).toEqual([1, 2, 3, 4, 5])
    open()
    await store.settled()
    expect(service.sent('/decisions')[0]).toMatchObject({
      path: '/rows/1/decisions',
      ifMatch: '"1"',
      body: { decisions: [right], lease: '1'.padStart(32, '0') },
    })
  })

  it('offers what was skipped once nothing else waits', async () => {
    for (let step = 0; step < 6; step += 1) {
      store.next()
      await idle()
    }
    expect(store.row).toBeNull()
    expect(store.skippedCount()).toBe(6)

    await store.takeSkipped()
    expect(store.row?.id).toBe(1)
  })

  it('gives back what was not decided when it is left, also what is on its way', async () => {
    store.decide(right)
    await store.close()

    expect(service.sent('/release').map((call) => call.path)).toEqual(
      [2, 3, 4, 5].map((id) => `/rows/${id}/release`),
    )
  })
})

describe('a refused decision', () => {
  it('comes back with the new row and with what was typed', async () => {
    service.refuse = { path: '/decisions', status: 409, code: 'stale_version' }
    service.rows.set(1, row(1, { version: 5, fields: [field('name', { certificate: '丙' })] }))
    store.decide({ action: 'other_value', field: 'name', value: '丁', reason: '印错' })
    await idle()

    expect(store.failures).toHaveLength(1)
    expect(store.row?.id).toBe(2)
    store.returnTo(store.failures[0]!)
    expect(store.row?.fields[0]?.certificate).toBe('丙')
    expect(store.drafts.get('1/other_value/value')).toBe('丁')
    expect(store.drafts.get('1/other_value/reason')).toBe('印错')
  })

  it('is saved after all when only the time ran out and the row is the same', async () => {
    service.refuse = { path: '/decisions', status: 409, code: 'lease_expired' }
    store.decide(right)
    await idle()
    await store.settled()

    expect(store.failures).toHaveLength(0)
    expect(service.sent('/decisions')).toHaveLength(2)
    expect(service.rows.get(1)?.state).toBe('decided')
  })

  it('is shown in the sentence of the service, with the way to the field that it names', async () => {
    service.refuse = {
      path: '/decisions',
      status: 409,
      code: 'corrections_would_be_lost',
      fields: ['employer', 'name'],
    }
    store.decide({ action: 'sheet_right', field: null, reason: '' })
    await idle()

    const list = mount(FailureList)
    expect(list.text()).toContain('没有保存。')
    await list.get('button').trigger('click')
    expect(store.row?.id).toBe(1)
    expect(store.target).toBe('employer')
    expect(list.text()).toBe('')
  })

  it('is shown when the time ran out and the row is another by now', async () => {
    service.refuse = { path: '/decisions', status: 409, code: 'lease_expired' }
    service.rows.set(1, row(1, { version: 2 }))
    store.decide(right)
    await idle()

    expect(store.failures).toHaveLength(1)
    expect(service.sent('/decisions')).toHaveLength(1)
  })
})

describe('taking back', () => {
  it('names the decision that was saved and returns to the row', async () => {
    store.decide(right)
    await store.settled()
    store.undo()

    expect(store.row?.id).toBe(1)
    expect(store.row?.fields.find((one) => one.field === 'name')?.is_open).toBe(true)
    await store.settled()
    expect(service.sent('/undo')[0]?.body).toEqual({ decision_id: 101 })
    expect(store.item?.lease).not.toBeNull()
  })

  it('of what is still on its way ends with the row waiting', async () => {
    store.decide(right)
    store.undo()
    expect(store.row?.fields.find((one) => one.field === 'name')?.is_open).toBe(true)
    await store.settled()

    expect(service.rows.get(1)?.state).toBe('waiting')
    expect(store.row?.fields.find((one) => one.field === 'name')?.is_open).toBe(true)
  })

  it('reaches what was decided before, too', async () => {
    const made = { id: 77, action: 'sheet_right', field: 'name', holds: true } as Row['decisions'][number]
    service.rows.set(9, row(9, { queue: '', state: 'decided', decisions: [made] }))
    await store.open({ batchId: 1, queue: 'review' }, 9)
    store.takeBack(store.item!, 77)
    await store.settled()

    expect(service.sent('/undo')[0]).toMatchObject({ path: '/rows/9/undo', body: { decision_id: 77 } })
    expect(store.row?.state).toBe('waiting')
  })

  it('without anything done does nothing', () => {
    expect(store.undo()).toBe(false)
  })
})

it('a note stands at once, and comes back to be typed again when it was refused', async () => {
  service.refuse = { path: '/notes', status: 400, code: 'bad_note' }
  store.addNote('看过', '王')
  expect(store.row?.notes.map((one) => one.text)).toEqual(['看过'])
  await idle()

  expect(store.row?.notes).toEqual([])
  expect(store.drafts.get('1/note/reason')).toBe('看过')
})

it('in the mode for one field goes from row to row with that field', async () => {
  service.rows.set(2, row(2, { fields: [field('name', { is_open: false }), field('title')] }))
  await store.open({ batchId: 1, queue: 'review', field: 'name' })
  await idle()
  expect(store.items.map((one) => one.id)).not.toContain(2)

  store.decide(right)
  expect([store.row?.id, store.target]).toEqual([3, 'name'])
})
