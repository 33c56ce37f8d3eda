/** Who is signed in, and signing in again without losing what was typed. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { answered, api, Problem, useCredentials, type Schemas } from '@/api/client'
import { words } from '@/messages'

export type Me = Schemas['MeOut']
export type Permission = Me['permissions'][number]
/** What signing in still needs. */
export type Step = 'none' | 'totp' | 'password'

/** Windows of one browser share the sign-in; each tells the others of a change. */
type News = 'in' | 'out'

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const csrfToken = ref<string | null>(null)
  /** The dialog over the page, shown when a sign-in has run out. */
  const isAskedAgain = ref(false)
  let waiting: ((isSignedIn: boolean) => void)[] = []
  const windows = new BroadcastChannel('zhenghe-session')

  windows.onmessage = (message: MessageEvent<News>) => {
    if (me.value === null) return
    if (message.data === 'out') globalThis.location.assign('/sign-in')
    else void join()
  }

  /** Ask the person to sign in over the page; resolves when they have, or have left. */
  function askAgain(): Promise<boolean> {
    if (me.value === null) return Promise.resolve(false)
    return new Promise((resolve) => {
      waiting.push(resolve)
      isAskedAgain.value = true
    })
  }

  useCredentials({
    csrfToken: () => csrfToken.value,
    signInAgain: askAgain,
    renewToken,
    unreachable: () => words('common.unreachable'),
  })

  /** Take over a sign-in that another window has opened; calls that waited for one go on. */
  async function join(): Promise<boolean> {
    const answer = await fetch('/api/v1/auth/me').catch(() => null)
    if (answer === null || !answer.ok) return false
    const now = (await answer.json()) as Me
    // Somebody else at the same browser must not go on with what the first one typed.
    if (now.id !== me.value?.id) {
      endWaiting(false)
      globalThis.location.assign('/')
      return false
    }
    me.value = now
    csrfToken.value = now.csrf_token
    endWaiting(true)
    return true
  }

  async function renewToken(): Promise<boolean> {
    const before = csrfToken.value
    return (await join()) && csrfToken.value !== before
  }

  const may = computed(() => {
    const held = new Set(me.value?.permissions ?? [])
    return (permission: Permission) => held.has(permission)
  })

  /** Ask who is signed in; `null` when nobody is. */
  async function load(): Promise<Me | null> {
    try {
      me.value = await answered(api.GET('/api/v1/auth/me'))
      csrfToken.value = me.value.csrf_token
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      me.value = null
    }
    return me.value
  }

  async function signIn(username: string, password: string): Promise<Step> {
    return take(await answered(api.POST('/api/v1/auth/sign-in', { body: { username, password } })))
  }

  async function giveCode(code: string): Promise<Step> {
    return take(await answered(api.POST('/api/v1/auth/totp', { body: { code } })))
  }

  async function changePassword(current_password: string, new_password: string): Promise<Step> {
    const body = { current_password, new_password }
    return take(await answered(api.POST('/api/v1/auth/password', { body })))
  }

  async function take(opened: Schemas['SignedInOut']): Promise<Step> {
    csrfToken.value = opened.csrf_token
    if (opened.needs_totp) return 'totp'
    if (opened.must_change_password) return 'password'
    const before = me.value?.id
    await load()
    // Somebody else at the same page must not go on with what the first one typed.
    endWaiting(before === undefined || before === me.value?.id)
    windows.postMessage('in' satisfies News)
    if (before !== undefined && before !== me.value?.id) globalThis.location.assign('/')
    return 'none'
  }

  function endWaiting(isSignedIn: boolean): void {
    isAskedAgain.value = false
    const held = waiting
    waiting = []
    held.forEach((resolve) => resolve(isSignedIn))
  }

  async function signOut(): Promise<void> {
    await answered(api.POST('/api/v1/auth/sign-out'))
    me.value = null
    csrfToken.value = null
    windows.postMessage('out' satisfies News)
  }

  return {
    me,
    csrfToken,
    isAskedAgain,
    may,
    load,
    signIn,
    giveCode,
    changePassword,
    signOut,
    askAgain,
    endWaiting,
  }
})
