import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, reactive } from 'vue'
import ThresholdPreview from '@/screens/settings/ThresholdPreview.vue'
import { usePreview } from '@/screens/settings/usePreview'
import {
  fromTyped,
  groupOf,
  hasChoice,
  isLaxer,
  mayInherit,
  rangeOf,
  shown,
  toTyped,
} from '@/screens/settings/values'
import { useSettings, type Preview, type Setting } from '@/stores/settings'

const share = (more: Partial<Setting> = {}): Setting => ({
  name: 'clear_probability',
  label: '自动通过：每项填错的可能最多',
  kind: 'float',
  lower: 0.001,
  upper: 0.1,
  stricter: 'lower',
  default: 0.1,
  value: 0.05,
  set_by_office_id: null,
  ...more,
})
const preview = (more: Partial<Preview> = {}): Preview => ({
  thresholds: { clear_probability: 0.05, clear_link_score: 0.9 },
  batches: 4,
  rows: 200,
  is_whole: true,
  held_back: 0,
  judged: 0,
  wrong: 0,
  held_back_judged: 0,
  held_back_wrong: 0,
  ...more,
})

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a setting', () => {
  it('is typed in percent when it is a share, and comes back as it was', () => {
    for (const value of [0.001, 0.05, 0.07, 0.1, 0.999]) {
      expect(fromTyped(share(), toTyped(share(), value))).toBe(value)
    }
    expect(toTyped(share(), 0.07)).toBe(7)
    expect(shown(share(), 0.003)).toBe('0.3%')
    expect(shown(share({ kind: 'int' }), 600)).toBe('600')
  })

  it('knows which way guards less', () => {
    expect(isLaxer(share(), 0.06, 0.05)).toBe(true)
    expect(isLaxer(share(), 0.04, 0.05)).toBe(false)
    expect(isLaxer(share({ stricter: 'higher' }), false, true)).toBe(true)
    expect(isLaxer(share({ stricter: 'neither' }), 9, 1)).toBe(false)
  })

  it('may only be made stricter by its own office', () => {
    expect(rangeOf(share(), false)).toEqual({ min: 0.1, max: 5 })
    expect(rangeOf(share(), true)).toEqual({ min: 0.1, max: 10 })
    expect(rangeOf(share({ stricter: 'higher', lower: 0.9, upper: 0.999, value: 0.95 }), false)).toEqual({
      min: 95,
      max: 99.9,
    })
  })

  it('offers no change where its own office may set nothing else', () => {
    const guard = share({ kind: 'bool', stricter: 'higher', lower: 0, upper: 1, value: true })

    expect(hasChoice(guard, false)).toBe(false)
    expect(hasChoice(guard, true)).toBe(true)
    expect(hasChoice({ ...guard, value: false }, false)).toBe(true)
    expect(hasChoice(share({ value: 0.001 }), false)).toBe(false)
  })

  it('may be given up by its own office where that guards nothing less', () => {
    const own = share({ set_by_office_id: 3 })

    expect(mayInherit(own, 3, false)).toBe(false)
    expect(mayInherit(own, 3, true)).toBe(true)
    expect(mayInherit(share({ set_by_office_id: 3, stricter: 'neither' }), 3, false)).toBe(true)
    expect(mayInherit(own, 4, true)).toBe(false)
  })

  it('is about review when these pages do not know it yet', () => {
    expect(groupOf({ name: 'future' })).toBe('review')
    expect(groupOf(share())).toBe('thresholds')
    expect(groupOf({ name: 'token_days' })).toBe('access')
  })
})

describe('the settings of an office', () => {
  it('are those of the office chosen last', async () => {
    let letGo = () => {}
    const held = new Promise<void>((resolve) => (letGo = resolve))
    vi.stubGlobal('fetch', async (request: Request) => {
      const isFirst = request.url.includes('/offices/3/')
      if (isFirst) await held
      return Response.json([share({ value: isFirst ? 0.03 : 0.04 })])
    })
    const store = useSettings()

    const slow = store.open(3)
    await store.open(4)
    letGo()
    await slow

    expect(store.settings[0]?.value).toBe(0.04)
  })

  it('show what the service says holds after a change', async () => {
    vi.stubGlobal('fetch', async () => Response.json(share({ value: 0.02, set_by_office_id: 3 })))
    const store = useSettings()
    store.officeId = 3
    store.settings = [share()]

    await store.set(3, 'clear_probability', 0.02)

    expect(store.settings[0]).toMatchObject({ value: 0.02, set_by_office_id: 3 })
  })
})

describe('trying other bars', () => {
  function trying() {
    const tried = reactive({ clear_probability: 0.1 })
    let found!: ReturnType<typeof usePreview>
    const page = mount(
      defineComponent({
        setup() {
          found = usePreview(
            () => 3,
            () => tried,
          )
          return () => h('div')
        },
      }),
    )
    return { tried, found, page }
  }

  it('asks after a pause, for the last values only, and leaves what is under way', async () => {
    vi.useFakeTimers()
    const asked: string[] = []
    const signals: AbortSignal[] = []
    vi.stubGlobal('fetch', (request: Request) => {
      const value = new URL(request.url).searchParams.get('clear_probability') ?? ''
      asked.push(value)
      signals.push(request.signal)
      if (value === '0.1') return new Promise<Response>(() => {})
      return Promise.resolve(Response.json(preview({ held_back: Math.round(1 / Number(value)) })))
    })
    const { tried, found, page } = trying()
    await vi.advanceTimersByTimeAsync(0)
    for (const value of [0.05, 0.04, 0.02]) {
      tried.clear_probability = value
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(found.isCounting.value).toBe(true)

    await vi.advanceTimersByTimeAsync(500)
    await flushPromises()

    expect(asked).toEqual(['0.1', '0.02'])
    expect(signals[0]?.aborted).toBe(true)
    expect(found.preview.value?.held_back).toBe(50)
    expect(found.isCounting.value).toBe(false)
    page.unmount()
  })

  it('keeps the last count and says why when one fails', async () => {
    vi.useFakeTimers()
    let isBroken = false
    vi.stubGlobal('fetch', async () =>
      isBroken
        ? Response.json({ code: 'setting_value', message: '只能是 0.001 到 0.1。' }, { status: 400 })
        : Response.json(preview({ held_back: 3 })),
    )
    const { tried, found, page } = trying()
    await vi.advanceTimersByTimeAsync(0)
    isBroken = true
    tried.clear_probability = 0.02
    await vi.advanceTimersByTimeAsync(500)

    expect(found.preview.value?.held_back).toBe(3)
    expect(found.problem.value).toMatchObject({ message: '只能是 0.001 到 0.1。' })
    page.unmount()
  })

  const said = (given: Preview, hasChanges = true) =>
    mount(ThresholdPreview, {
      props: { preview: given, isCounting: false, problem: null, officeName: '碑林区', hasChanges },
    }).text()

  it('says how many rows, how many of them were judged, and how many were looked at', () => {
    const text = said(
      preview({
        held_back: 12,
        held_back_judged: 4,
        held_back_wrong: 1,
        judged: 9,
        wrong: 2,
        is_whole: false,
      }),
    )

    expect(text).toContain('12 / 200')
    expect(text).toContain('6%')
    expect(text).toContain('4 行抽查时有人看过：1 行确实填错')
    expect(text).toContain('共 9 行，确实填错 2 行')
    expect(text).toContain('最近 4 批、200 行')
    expect(text).toContain('更早的批次没有计入')
  })

  it('does not take silence for proof', () => {
    expect(said(preview({ held_back: 12 }))).toContain('不知道是否填错')
    expect(said(preview({ rows: 0, batches: 0 }))).toContain('碑林区还没有自动通过的行可供试算')
    expect(said(preview())).toContain('仍都会通过')
    expect(said(preview({ rows: 20_000, held_back: 1 }))).toContain('<0.1%')
  })
})
