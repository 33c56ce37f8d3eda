import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answered, api } from '@/api/client'
import { useSession, type Me } from '@/stores/session'

const ADDRESS = '/api/v1/auth'
const NAME = 'zhenghe-session'

const meOf = (id: number, csrf_token: string) =>
  ({ id, csrf_token, username: 'wang.fang', permissions: ['view'], office: { id: 1 } }) as unknown as Me

/** A service that knows one sign-in: who it is, and what its token is. */
function service() {
  const known = { isSignedIn: true, me: meOf(7, 'first'), sent: [] as string[] }
  const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })
  vi.stubGlobal('fetch', async (asked: Request | string) => {
    const request = asked instanceof Request ? asked : new Request(new URL(asked, 'http://localhost'))
    const path = new URL(request.url).pathname
    known.sent.push(`${request.method} ${path}`)
    if (path === `${ADDRESS}/sign-in`) {
      known.isSignedIn = true
      known.me = { ...known.me, csrf_token: 'second' }
      return json({ csrf_token: 'second', needs_totp: false, must_change_password: false })
    }
    if (!known.isSignedIn) return json({ code: 'session_expired', message: '登录已过期。' }, 401)
    if (path === `${ADDRESS}/me`) return json(known.me)
    if (request.headers.get('X-CSRF-Token') !== known.me.csrf_token)
      return json({ code: 'csrf_refused', message: '页面已失效。' }, 403)
    return json({ got: await request.text() }, 201)
  })
  return known
}

const note = (text: string) =>
  answered(
    api.POST('/api/v1/rows/{row_id}/notes', {
      params: { path: { row_id: 1 } },
      body: { text },
    }),
  ) as unknown as Promise<{ got: string }>

let left: string[]

beforeEach(() => {
  setActivePinia(createPinia())
  left = []
  vi.spyOn(globalThis.location, 'assign').mockImplementation((to) => void left.push(String(to)))
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a sign-in that ran out in the middle of typing', () => {
  it('is asked for over the page, and what was typed is saved afterwards', async () => {
    const known = service()
    const session = useSession()
    await session.load()
    known.isSignedIn = false

    const saving = note('看不清，请重新扫描')
    await vi.waitFor(() => expect(session.isAskedAgain).toBe(true))
    await session.signIn('wang.fang', 'secret')

    expect((await saving).got).toContain('看不清，请重新扫描')
    expect(session.isAskedAgain).toBe(false)
    expect(left).toEqual([])
  })

  it('lets all calls that wait go on with one sign-in', async () => {
    const known = service()
    const session = useSession()
    await session.load()
    known.isSignedIn = false

    const saving = [note('甲'), note('乙')]
    await vi.waitFor(() => expect(session.isAskedAgain).toBe(true))
    await vi.waitFor(() => expect(known.sent.filter((one) => one.includes('notes'))).toHaveLength(2))
    await session.signIn('wang.fang', 'secret')

    expect((await Promise.all(saving)).map((one) => JSON.parse(one.got).text)).toEqual(['甲', '乙'])
  })

  it('does not save what the first one typed when somebody else signs in', async () => {
    const known = service()
    const session = useSession()
    await session.load()
    known.isSignedIn = false

    const saving = note('甲').catch((error: unknown) => error)
    await vi.waitFor(() => expect(session.isAskedAgain).toBe(true))
    known.me = meOf(8, 'other')
    await session.signIn('li.qiang', 'secret')

    expect(await saving).toMatchObject({ code: 'session_expired' })
    expect(left).toEqual(['/'])
  })
})

describe('a sign-in in another window', () => {
  it('renews the token: the call is made once more and nothing is asked', async () => {
    const known = service()
    const session = useSession()
    await session.load()
    known.me = meOf(7, 'of the other window')

    expect((await note('甲')).got).toContain('甲')
    expect(session.csrfToken).toBe('of the other window')
    expect(session.isAskedAgain).toBe(false)
  })

  it('is taken over once, not in an endless round', async () => {
    const known = service()
    const session = useSession()
    await session.load()
    session.csrfToken = 'stale'
    // The service tells a token and refuses it.
    const told = meOf(7, 'told')
    const fetchKnown = globalThis.fetch
    vi.stubGlobal('fetch', async (asked: Request | string) =>
      typeof asked === 'string' ? Response.json(told) : fetchKnown(asked),
    )

    await expect(note('甲')).rejects.toMatchObject({ code: 'csrf_refused' })
    expect(known.sent.filter((one) => one.includes('notes'))).toHaveLength(2)
  })

  it('ends the question in this window', async () => {
    const known = service()
    const session = useSession()
    await session.load()
    known.isSignedIn = false
    const saving = note('甲')
    await vi.waitFor(() => expect(session.isAskedAgain).toBe(true))

    known.isSignedIn = true
    known.me = meOf(7, 'of the other window')
    new BroadcastChannel(NAME).postMessage('in')

    expect((await saving).got).toContain('甲')
    expect(session.isAskedAgain).toBe(false)
  })

  it('of somebody else opens the pages anew', async () => {
    const known = service()
    await useSession().load()
    known.me = meOf(8, 'other')

    new BroadcastChannel(NAME).postMessage('in')

    await vi.waitFor(() => expect(left).toContain('/'))
  })
})

it('signing out in another window leaves the pages here too', async () => {
  service()
  await useSession().load()

  new BroadcastChannel(NAME).postMessage('out')

  await vi.waitFor(() => expect(left).toContain('/sign-in'))
})

it('tells what signing in still needs', async () => {
  service()
  const session = useSession()
  vi.stubGlobal('fetch', async () =>
    Response.json({ csrf_token: 'half', needs_totp: true, must_change_password: true }),
  )

  expect(await session.signIn('wang.fang', 'secret')).toBe('totp')

  vi.stubGlobal('fetch', async () =>
    Response.json({ csrf_token: 'half', needs_totp: false, must_change_password: true }),
  )
  expect(await session.giveCode('123456')).toBe('password')
})
