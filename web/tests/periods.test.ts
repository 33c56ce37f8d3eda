import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { toDeadlines, today, toTyped } from '@/screens/periods/deadlines'
import { usePeriods, type Period } from '@/stores/periods'

const period = (id: number): Period => ({
  id,
  label: `时段${id}`,
  first_year: 2016,
  last_year: 2017,
  deadlines: { county: '2021-05-10' },
  version: 3,
})

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

it('writes deadlines that were typed, drops those taken away, and leaves kinds that no form shows', () => {
  const before = { county: '2021-05-10', city: '2021-05-20', unit: '2021-05-01' }
  const typed = { ...toTyped(before), city: null, senior_body: '2021-06-01' }

  expect(toDeadlines(before, typed)).toEqual({
    unit: '2021-05-01',
    county: '2021-05-10',
    senior_body: '2021-06-01',
  })
})

it('goes by the day in China', () => {
  expect(today(new Date('2026-03-01T15:59:59Z'))).toBe('2026-03-01')
  expect(today(new Date('2026-03-01T16:00:00Z'))).toBe('2026-03-02')
})

it('tells how many periods of the notice were not there yet', async () => {
  let there = [period(1)]
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') there = [period(1), period(2), period(3)]
    return Response.json(there)
  })
  // Asked for before the list was there.
  const store = usePeriods()

  expect(await store.importNotice()).toBe(2)
  expect(await store.importNotice()).toBe(0)
})

it('writes a period as it was seen and reads the list again', async () => {
  const sent: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(`${request.method} ${request.headers.get('if-match')}`)
    return Response.json(request.method === 'GET' ? [period(1)] : period(1))
  })

  await usePeriods().change(period(1), { ...period(1) })

  expect(sent).toEqual(['PUT "3"', 'GET null'])
})
