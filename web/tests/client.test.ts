import { afterEach, describe, expect, it, vi } from 'vitest'
import { allPages, answered, call, Problem, toProblem, useCredentials } from '@/api/client'

const ADDRESS = 'http://127.0.0.1:8000/api/v1/batches'

function answers(...given: Response[]) {
  const sent: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request)
    const next = given.shift()
    if (next === undefined) throw new TypeError('network')
    return next
  })
  return sent
}

function asPerson(
  signInAgain: () => Promise<boolean>,
  renewToken: () => Promise<boolean> = async () => false,
): void {
  useCredentials({ csrfToken: () => 'token', signInAgain, renewToken, unreachable: () => '连不上' })
}

afterEach(() => vi.unstubAllGlobals())

describe('a call', () => {
  it('carries the CSRF token only when it changes something', async () => {
    asPerson(async () => false)
    const sent = answers(new Response('{}'), new Response('{}'))

    await call(new Request(ADDRESS))
    await call(new Request(ADDRESS, { method: 'POST', body: '{}' }))

    expect(sent.map((one) => one.headers.get('X-CSRF-Token'))).toEqual([null, 'token'])
  })

  it('is made once more with what was typed after the person signed in again', async () => {
    asPerson(async () => true)
    const sent = answers(new Response('{}', { status: 401 }), new Response('{}', { status: 201 }))

    const answer = await call(new Request(ADDRESS, { method: 'POST', body: '{"reason":"typed"}' }))

    expect(answer.status).toBe(201)
    expect(await sent[1]?.text()).toBe('{"reason":"typed"}')
  })

  it('is not made again when the person left', async () => {
    asPerson(async () => false)
    const sent = answers(new Response('{}', { status: 401 }))

    expect((await call(new Request(ADDRESS))).status).toBe(401)
    expect(sent).toHaveLength(1)
  })

  it('is refused for good when the person may not do it, whatever the token', async () => {
    const renew = vi.fn(async () => true)
    asPerson(async () => false, renew)
    const sent = answers(Response.json({ code: 'forbidden', message: '没有权限。' }, { status: 403 }))

    const answer = await call(new Request(ADDRESS, { method: 'POST', body: '{}' }))

    expect(await answer.json()).toMatchObject({ code: 'forbidden' })
    expect(sent).toHaveLength(1)
    expect(renew).not.toHaveBeenCalled()
  })

  it('never asks to sign in because a sign-in failed', async () => {
    const ask = vi.fn(async () => true)
    asPerson(ask)
    answers(new Response('{}', { status: 401 }))

    await call(new Request('http://127.0.0.1:8000/api/v1/auth/sign-in', { method: 'POST', body: '{}' }))

    expect(ask).not.toHaveBeenCalled()
  })

  it('says in words that the service was not reached', async () => {
    asPerson(async () => false)
    answers()

    await expect(call(new Request(ADDRESS))).rejects.toMatchObject({ code: 'unreachable', message: '连不上' })
  })
})

describe('an answer that is an error', () => {
  it('keeps its code, its sentence and its facts', () => {
    const problem = toProblem(409, { code: 'stale_version', message: '已被修改。', current: { version: 3 } })

    expect(problem).toMatchObject({ status: 409, code: 'stale_version', message: '已被修改。' })
    expect(problem.facts).toEqual({ current: { version: 3 } })
  })

  it('is thrown', async () => {
    const response = new Response(null, { status: 404 })
    const pending = Promise.resolve({ error: { code: 'not_found', message: '没有。' }, response })

    await expect(answered(pending)).rejects.toBeInstanceOf(Problem)
  })
})

it('follows pages to the end', async () => {
  const pages: Record<string, { items: number[]; next_cursor: string | null }> = {
    start: { items: [1, 2], next_cursor: 'b' },
    b: { items: [3], next_cursor: null },
  }

  expect(await allPages(async (cursor) => pages[cursor ?? 'start']!)).toEqual([1, 2, 3])
})
