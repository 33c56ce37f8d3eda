import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import PasswordForm from '@/screens/sign-in/PasswordForm.vue'

/** Refuses with this code. */
async function refused(code: string, known?: string) {
  vi.stubGlobal('fetch', async () => Response.json({ code, message: '不行。' }, { status: 400 }))
  const props = { submit: '修改密码', ...(known === undefined ? {} : { known }) }
  const screen = mount(PasswordForm, { props, attachTo: document.body })
  await flushPromises()
  if (known === undefined) await screen.find('#current').setValue('old')
  await screen.find('#next').setValue('new')
  await screen.find('#repeated').setValue('new')
  await screen.find('form').trigger('submit')
  await flushPromises()
  return screen
}

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

it('asks for another new password when that one is refused, not for the present one again', async () => {
  const screen = await refused('weak_password', 'one-time')

  expect(screen.find('#current').exists()).toBe(false)
  expect(document.activeElement?.id).toBe('next')
})

it('asks for the present password when it proved wrong', async () => {
  const screen = await refused('wrong_password', 'one-time')

  expect(screen.find('#current').exists()).toBe(true)
  expect(document.activeElement?.id).toBe('current')
})

it('goes to the new password when only that is refused', async () => {
  await refused('weak_password')

  expect(document.activeElement?.id).toBe('next')
})
