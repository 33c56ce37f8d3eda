import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeService } from './fakeService'
import { useSession, type Me } from '@/stores/session'
import { useUploads } from '@/stores/uploads'
import { sha256Of } from '@/stores/uploadRules'

const BATCH = 3
const MIB = 1 << 20

let service: FakeService
let windows: ReturnType<typeof useUploads>[] = []

const fileOf = (name: string, bytes = 10) => ({
  name,
  file: new File([new Uint8Array(bytes)], name.split('/').at(-1) ?? name, { lastModified: 1 }),
})

const named = (name: string) => [...service.uploads.values()].find((one) => one.name === name)

/** A window of somebody who is signed in; the browser's own store stays. */
function open() {
  setActivePinia(createPinia())
  const session = useSession()
  session.me = { id: 7, csrf_token: 'first', permissions: ['upload'], office: { id: 1 } } as unknown as Me
  session.csrfToken = 'first'
  const uploads = useUploads()
  windows.push(uploads)
  return uploads
}

const arrived = (uploads: ReturnType<typeof useUploads>) =>
  vi.waitFor(() => expect(uploads.isBusy).toBe(false), { timeout: 4000 })

const realTick = setImmediate

/** Let the clock of a test run until something holds; what takes real time gets it. */
async function inTime(holds: () => boolean): Promise<void> {
  for (let step = 0; step < 4000 && !holds(); step += 1) {
    await vi.advanceTimersByTimeAsync(250)
    await new Promise((resolve) => realTick(resolve))
  }
  expect(holds()).toBe(true)
}

beforeEach(() => {
  localStorage.clear()
  service = new FakeService()
  vi.stubGlobal('XMLHttpRequest', service.XMLHttpRequest)
  vi.stubGlobal('fetch', async () =>
    Response.json({ id: 7, csrf_token: service.csrfToken, permissions: ['upload'], office: { id: 1 } }),
  )
})

afterEach(async () => {
  // Nothing of one test goes on in the next.
  Object.assign(service, { isReachable: true, room: Number.POSITIVE_INFINITY })
  await Promise.all(windows.map((uploads) => uploads.dropAll(BATCH)))
  windows = []
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('files arrive under their paths, with a hash that the service checks them against', async () => {
  const uploads = open()
  const one = fileOf('证书/1.jpg')

  expect(uploads.add(BATCH, [one, fileOf('汇总表.xlsx', 20)])).toBe(0)
  await arrived(uploads)

  expect(named('证书/1.jpg')).toMatchObject({ bytes: 10, sha256: await sha256Of(one.file), replaces: null })
  expect(named('汇总表.xlsx')).toMatchObject({ bytes: 20 })
  expect(uploads.ofBatch(BATCH).map((one) => one.state)).toEqual(['done', 'done'])
})

it('a large file travels in parts', async () => {
  const uploads = open()
  uploads.add(BATCH, [fileOf('批文.pdf', 9 * MIB)])
  await arrived(uploads)

  expect(service.requests.filter((one) => one.startsWith('PATCH'))).toHaveLength(3)
  expect(named('批文.pdf')?.bytes).toBe(9 * MIB)
})

it('what desktops leave in folders is left out, and counted', () => {
  const uploads = open()
  const strays = ['甲/Thumbs.db', '.DS_Store', '甲/~$汇总表.xlsx', '甲/desktop.ini', '__MACOSX/甲/._1.jpg']

  expect(
    uploads.add(
      BATCH,
      strays.map((name) => fileOf(name)),
    ),
  ).toBe(5)
  expect(uploads.isBusy).toBe(false)
})

it('an empty file is told at once and never sent', async () => {
  const uploads = open()
  uploads.add(BATCH, [fileOf('空.jpg', 0)])
  await arrived(uploads)

  expect(uploads.ofBatch(BATCH)[0]?.problem?.message).toContain('空的')
  expect(service.requests).toEqual([])
})

describe('a lost connection', () => {
  it('costs nothing that has arrived, and the file goes on when it is back', async () => {
    const uploads = open()
    service.room = 5 * MIB
    uploads.add(BATCH, [fileOf('批文.pdf', 9 * MIB)])
    await vi.waitFor(() => expect(service.isReachable).toBe(false), { timeout: 4000 })

    service.isReachable = true
    service.room = Number.POSITIVE_INFINITY
    await arrived(uploads)

    expect(service.uploads.size).toBe(1)
    expect(named('批文.pdf')?.bytes).toBe(9 * MIB)
  })

  it('of any length is waited for, and said', async () => {
    vi.useFakeTimers()
    const uploads = open()
    service.isReachable = false
    uploads.add(BATCH, [fileOf('1.jpg')])
    await inTime(() => uploads.ofBatch(BATCH)[0]?.isInterrupted === true)
    for (let minute = 0; minute < 60; minute += 1) await vi.advanceTimersByTimeAsync(60_000)
    expect(uploads.ofBatch(BATCH)[0]).toMatchObject({ state: 'sending', isInterrupted: true })

    service.isReachable = true
    await inTime(() => !uploads.isBusy)
    expect(uploads.ofBatch(BATCH)[0]?.state).toBe('done')
  })

  it('and a file that was taken away meanwhile are told apart', async () => {
    const uploads = open()
    const gone = fileOf('U盘/1.jpg')
    vi.spyOn(gone.file, 'slice').mockImplementation(() => {
      throw new DOMException('gone', 'NotReadableError')
    })
    vi.useFakeTimers()
    uploads.add(BATCH, [gone])
    await inTime(() => uploads.ofBatch(BATCH)[0]?.state === 'failed')

    expect(uploads.ofBatch(BATCH)[0]?.problem?.code).toBe('file_gone')
  })
})

describe('a page that is opened anew', () => {
  async function interrupted() {
    const before = open()
    service.room = 5 * MIB
    before.add(BATCH, [fileOf('批文.pdf', 9 * MIB)])
    await vi.waitFor(() => expect(service.isReachable).toBe(false), { timeout: 4000 })
    service.isReachable = true
    service.room = Number.POSITIVE_INFINITY
    return open()
  }

  it('names what was not sent to the end', async () => {
    const uploads = await interrupted()

    expect(uploads.interrupted(BATCH).map((one) => one.name)).toEqual(['批文.pdf'])
    expect(uploads.interrupted(BATCH + 1)).toEqual([])
  })

  it('lets the same file, chosen again, go on where it stopped', async () => {
    const uploads = await interrupted()
    uploads.add(BATCH, [fileOf('批文.pdf', 9 * MIB)])
    await arrived(uploads)

    expect(service.requests.filter((one) => one.startsWith('POST'))).toHaveLength(1)
    expect(named('批文.pdf')?.bytes).toBe(9 * MIB)
    expect(uploads.interrupted(BATCH)).toEqual([])
    expect(localStorage.length).toBe(0)
  })

  it('shows nothing of what somebody else began', async () => {
    const uploads = await interrupted()
    useSession().me = { ...useSession().me!, id: 8 }

    expect(uploads.interrupted(BATCH)).toEqual([])
  })
})

describe('a sign-in', () => {
  it('that runs out while files are sent is asked for once, and they go on', async () => {
    const uploads = open()
    const session = useSession()
    service.isSignedIn = false
    uploads.add(BATCH, [fileOf('1.jpg'), fileOf('2.jpg')])
    await vi.waitFor(() => expect(session.isAskedAgain).toBe(true))
    expect(uploads.ofBatch(BATCH).every((one) => one.state === 'sending')).toBe(true)

    service.isSignedIn = true
    service.csrfToken = session.csrfToken = 'second'
    session.endWaiting(true)
    await arrived(uploads)

    expect(uploads.ofBatch(BATCH).map((one) => one.state)).toEqual(['done', 'done'])
  })

  it('that another window renewed is taken over without asking', async () => {
    const uploads = open()
    service.csrfToken = 'of the other window'
    uploads.add(BATCH, [fileOf('1.jpg')])
    await arrived(uploads)

    expect(uploads.ofBatch(BATCH)[0]?.state).toBe('done')
    expect(useSession().isAskedAgain).toBe(false)
  })
})

describe('a name that another file has', () => {
  const taken = { status: 409, body: { code: 'document_name_taken', message: '同名文件。', document_id: 41 } }

  it('is told, and the file takes the other’s place when a person says so', async () => {
    const uploads = open()
    service.refuse = (method, part) => (method === 'POST' && part?.replaces === null ? taken : null)
    uploads.add(BATCH, [fileOf('1.jpg')])
    await arrived(uploads)
    expect(uploads.ofBatch(BATCH)[0]).toMatchObject({ state: 'failed', takenBy: 41 })

    uploads.again(`${BATCH}/1.jpg`)
    await arrived(uploads)

    expect(named('1.jpg')).toMatchObject({ replaces: '41', bytes: 10 })
  })

  it('and this very content is no question: it is not sent again', async () => {
    const uploads = open()
    const same = fileOf('证书/610103199001011234.jpg')
    const sha256 = (await sha256Of(same.file)) ?? ''
    uploads.setKnown(BATCH, [{ name: '证书/610103********1234.jpg', size_bytes: 10, sha256 }])

    uploads.add(BATCH, [same, fileOf('证书/另一个.jpg')])
    await arrived(uploads)

    expect(service.requests.filter((one) => one.startsWith('POST'))).toHaveLength(1)
    expect(uploads.ofBatch(BATCH).map((one) => one.state)).toEqual(['done', 'done'])
  })
})

it('a service that is busy is asked again by itself', async () => {
  const uploads = open()
  let busy = 2
  service.refuse = (method) =>
    method === 'PATCH' && (busy -= 1) >= 0
      ? { status: 503, body: { code: 'database_busy', message: '忙。' } }
      : null
  uploads.add(BATCH, [fileOf('1.jpg')])
  await arrived(uploads)

  expect(uploads.ofBatch(BATCH)[0]?.state).toBe('done')
})

it('a full disk is told and not asked again', async () => {
  const uploads = open()
  service.refuse = () => ({ status: 507, body: { code: 'storage_full', message: '空间不足。' } })
  uploads.add(BATCH, [fileOf('1.jpg')])
  await arrived(uploads)

  expect(uploads.ofBatch(BATCH)[0]).toMatchObject({ state: 'failed', problem: { code: 'storage_full' } })
  expect(service.requests).toHaveLength(1)
})

it('a file that is given up is removed there too', async () => {
  const uploads = open()
  service.room = 5 * MIB
  uploads.add(BATCH, [fileOf('批文.pdf', 9 * MIB)])
  await vi.waitFor(() => expect(service.isReachable).toBe(false), { timeout: 4000 })
  service.isReachable = true

  await uploads.drop(`${BATCH}/批文.pdf`)

  await vi.waitFor(() => expect(service.dropped).toEqual(['批文.pdf']))
  expect(uploads.isBusy).toBe(false)
  expect(uploads.interrupted(BATCH)).toEqual([])
})

describe('a check that is wanted as soon as all has arrived', () => {
  function checks() {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (request: Request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname}`)
      return Response.json({ id: BATCH })
    })
    return asked
  }

  it('begins then, and once', async () => {
    const asked = checks()
    const uploads = open()
    uploads.add(BATCH, [fileOf('1.jpg'), fileOf('2.jpg'), fileOf('3.jpg'), fileOf('4.jpg')])
    uploads.checkAfter.add(BATCH)
    await arrived(uploads)

    await vi.waitFor(() => expect(asked).toEqual([`POST /api/v1/batches/${BATCH}/check`]))
    expect(uploads.checkAfter.size).toBe(0)
  })

  it('does not begin when a file did not arrive', async () => {
    const asked = checks()
    const uploads = open()
    service.refuse = (_, part) =>
      part?.name === '1.jpg' ? { status: 400, body: { code: 'bad_name', message: '名称不能使用。' } } : null
    uploads.add(BATCH, [fileOf('1.jpg'), fileOf('2.jpg')])
    uploads.checkAfter.add(BATCH)
    await arrived(uploads)

    expect(asked).toEqual([])
    expect(uploads.checkAfter.size).toBe(0)
  })
})
