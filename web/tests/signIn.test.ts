import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Step, useSession } from '@/stores/session'
import SignInForm from '@/screens/sign-in/SignInForm.vue'

type Answer = { status?: number; body: object }

/** Answers in turn; returns what was asked. */
function service(...answers: Answer[]) {
  const asked: { path: string; body: Record<string, string> | null }[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text()
    asked.push({ path: new URL(request.url).pathname, body: text ? JSON.parse(text) : null })
    const next = answers.shift() ?? { body: ME }
    return Response.json(next.body, { status: next.status ?? 200 })
  })
  return asked
}

const ME = { id: 7, username: 'wang.fang', csrf_token: 'c', permissions: [], office: { id: 1 } }
const opened = (needs: Partial<{ needs_totp: boolean; must_change_password: boolean }>) => ({
  body: { csrf_token: 'c', needs_totp: false, must_change_password: false, ...needs },
})

async function form(props: { username?: string; firstStep?: Step } = {}) {
  const screen = mount(SignInForm, { props, attachTo: document.body })
  await flushPromises()
  return screen
}

type Screen = Awaited<ReturnType<typeof form>>

async function type(screen: Screen, values: Record<string, string>): Promise<void> {
  for (const [id, value] of Object.entries(values)) await screen.find(`#${id}`).setValue(value)
}

async function send(screen: Screen): Promise<void> {
  await screen.find('form').trigger('submit')
  await flushPromises()
}

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

it('says how long a name is locked, in the service’s words', async () => {
  service({ status: 429, body: { code: 'account_locked', message: '已暂时锁定。请 15 分钟后重试。' } })
  const screen = await form()
  await type(screen, { username: 'wang.fang', password: 'wrong' })
  await send(screen)

  expect(screen.find('[role=alert]').text()).toContain('请 15 分钟后重试')
  expect(screen.emitted('done')).toBeUndefined()
})

it('asks for a code, sends it with the sixth digit, and is done', async () => {
  const asked = service(opened({ needs_totp: true }), opened({}))
  const screen = await form()
  await type(screen, { username: ' wang.fang ', password: 'right' })
  await send(screen)
  await type(screen, { code: '49 20 39' })
  await flushPromises()

  expect(asked[0]?.body).toEqual({ username: 'wang.fang', password: 'right' })
  expect(asked[1]).toMatchObject({ path: '/api/v1/auth/totp', body: { code: '492039' } })
  expect(screen.emitted('done')).toHaveLength(1)
})

it('empties a code that was refused, so that the next one can be typed at once', async () => {
  service(opened({ needs_totp: true }), { status: 401, body: { code: 'totp_refused', message: '不正确。' } })
  const screen = await form()
  await type(screen, { username: 'wang.fang', password: 'right' })
  await send(screen)
  await type(screen, { code: '111111' })
  await flushPromises()

  expect((screen.find('#code').element as HTMLInputElement).value).toBe('')
  expect(screen.find('[role=alert]').text()).toContain('不正确')
})

it('begins anew with name and password when the time for the code has run out', async () => {
  service(opened({ needs_totp: true }), {
    status: 401,
    body: { code: 'session_expired', message: '已过期。' },
  })
  const screen = await form()
  await type(screen, { username: 'wang.fang', password: 'right' })
  await send(screen)
  await type(screen, { code: '111111' })
  await flushPromises()

  expect(screen.find('#password').exists()).toBe(true)
})

it('lets a password that was given be changed first, without asking for it once more', async () => {
  const asked = service(opened({ must_change_password: true }), opened({}))
  const screen = await form()
  await type(screen, { username: 'wang.fang', password: 'given' })
  await send(screen)
  expect(screen.find('#current').exists()).toBe(false)
  await type(screen, { next: 'vier-schwarze-hunde', repeated: 'vier-schwarze-hunde' })
  await send(screen)

  expect(asked[1]).toMatchObject({
    path: '/api/v1/auth/password',
    body: { current_password: 'given', new_password: 'vier-schwarze-hunde' },
  })
  expect(screen.emitted('done')).toHaveLength(1)
})

it('keeps what was typed when a new password is refused, and says why', async () => {
  service(opened({ must_change_password: true }), {
    status: 400,
    body: { code: 'weak_password', message: '密码至少要有 10 个字符。请换一个密码。' },
  })
  const screen = await form()
  await type(screen, { username: 'wang.fang', password: 'given' })
  await send(screen)
  await type(screen, { next: 'short', repeated: 'short' })
  await send(screen)

  expect(screen.find('[role=alert]').text()).toContain('至少要有 10 个字符')
  expect((screen.find('#next').element as HTMLInputElement).value).toBe('short')
})

it('sends no new password that was typed differently the second time', async () => {
  const asked = service(opened({ must_change_password: true }))
  const screen = await form()
  await type(screen, { username: 'wang.fang', password: 'given' })
  await send(screen)
  await type(screen, { next: 'vier-schwarze-hunde', repeated: 'vier-schwarze-hunds' })
  await send(screen)

  expect(asked).toHaveLength(1)
  await vi.waitFor(() => expect(screen.text()).toContain('两次输入的新密码不一致'))
})

it('names the person whose sign-in ran out and lets nobody else in by the way', async () => {
  useSession()
  const screen = await form({ username: 'wang.fang' })

  expect(screen.find('#username').attributes('disabled')).toBeDefined()
  expect(document.activeElement?.id).not.toBe('username')
})
