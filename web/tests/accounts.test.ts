import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ALONE, ROLES, rolesTicked, useAccounts, type Account } from '@/stores/accounts'

const account = (id: number, more: Partial<Account> = {}): Account => ({
  id,
  username: `user.${id}`,
  display_name: `人${id}`,
  office_id: 3,
  roles: ['verifier'],
  is_active: true,
  must_change_password: false,
  has_totp: false,
  version: 4,
  ...more,
})

type Sent = { method: string; path: string; ifMatch: string | null; key: string | null }
let sent: Sent[] = []

function answers(answer: (request: Request) => Response | Promise<Response>): void {
  vi.stubGlobal('fetch', async (request: Request) => {
    const { headers, method } = request
    const path = new URL(request.url).pathname.replace('/api/v1', '')
    sent.push({ method, path, ifMatch: headers.get('if-match'), key: headers.get('idempotency-key') })
    return answer(request)
  })
}

beforeEach(() => {
  sent = []
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

describe('roles', () => {
  it.each(ALONE)('leaves %s alone when it is ticked', (role) => {
    expect(rolesTicked(['reporter', 'verifier'], ['reporter', 'verifier', role])).toEqual([role])
  })

  it.each(ALONE)('lets %s go when another is ticked', (role) => {
    expect(rolesTicked([role], [role, 'verifier'])).toEqual(['verifier'])
  })

  it('lets roles of the daily work stand beside each other, and be taken away', () => {
    expect(rolesTicked(['reporter'], ['reporter', 'verifier'])).toEqual(['reporter', 'verifier'])
    expect(rolesTicked(['reporter', 'verifier'], ['verifier'])).toEqual(['verifier'])
    expect(new Set(ROLES).size).toBe(5)
  })
})

describe('the accounts of an office', () => {
  it('are read to the end', async () => {
    answers((request) => {
      const isSecond = new URL(request.url).searchParams.get('cursor') === 'b'
      return Response.json(
        isSecond ? { items: [account(2)], next_cursor: null } : { items: [account(1)], next_cursor: 'b' },
      )
    })
    const store = useAccounts()

    await store.open(3)

    expect(store.accounts.map((one) => one.id)).toEqual([1, 2])
  })

  it('are those of the office chosen last, whichever answer comes last', async () => {
    let letGo = () => {}
    const held = new Promise<void>((resolve) => (letGo = resolve))
    answers(async (request) => {
      const office = Number(new URL(request.url).searchParams.get('office_id'))
      if (office === 3) await held
      return Response.json({ items: [account(office)], next_cursor: null })
    })
    const store = useAccounts()

    const slow = store.open(3)
    await store.open(4)
    letGo()
    await slow

    expect(store.accounts.map((one) => one.id)).toEqual([4])
    expect(store.isLoading).toBe(false)
  })

  it('are changed as they were seen', async () => {
    answers(() => Response.json(account(1, { is_active: false, version: 5 })))
    const store = useAccounts()
    store.accounts = [account(1), account(2)]

    await store.change(account(1), { is_active: false })

    expect(sent).toEqual([{ method: 'PATCH', path: '/users/1', ifMatch: '"4"', key: null }])
    expect(store.accounts.map((one) => one.is_active)).toEqual([false, true])
  })

  it('show a new password once and keep it nowhere else', async () => {
    answers(() =>
      Response.json({ user: account(7, { must_change_password: true }), one_time_password: 'qk7m-3xwd' }),
    )
    const store = useAccounts()

    await store.make({ username: 'user.7', display_name: '人7', office_id: 3, roles: ['verifier'] }, 'key-1')

    expect(sent[0]).toMatchObject({ method: 'POST', path: '/users', key: 'key-1' })
    expect(store.newPassword?.password).toBe('qk7m-3xwd')
    expect(JSON.stringify(store.accounts)).not.toContain('qk7m')
    store.newPassword = null
    expect(JSON.stringify(store.$state)).not.toContain('qk7m')
  })

  it('stay as they are when a change is refused', async () => {
    answers(() => Response.json({ code: 'stale_version', message: '已被修改。' }, { status: 409 }))
    const store = useAccounts()
    store.accounts = [account(1)]

    await expect(store.change(account(1), { display_name: '别名' })).rejects.toMatchObject({
      message: '已被修改。',
    })
    expect(store.accounts[0]?.display_name).toBe('人1')
  })
})
