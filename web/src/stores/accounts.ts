/** The accounts of one office, and what an administrator does with them. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { allPages, answered, api, type Schemas } from '@/api/client'

export type Account = Schemas['UserOut']
export type Role = Schemas['Role']
export type NewPassword = { account: Account; password: string }

export const ROLES: readonly Role[] = ['reporter', 'verifier', 'supervisor', 'auditor', 'administrator']
/** Who looks after accounts, or audits, does no other work. */
export const ALONE: readonly Role[] = ['auditor', 'administrator']

/** Return the roles after one was ticked: those that must stand alone push others out. */
export function rolesTicked(before: readonly Role[], after: readonly Role[]): Role[] {
  const added = after.find((role) => !before.includes(role))
  if (added === undefined) return [...after]
  return ALONE.includes(added) ? [added] : after.filter((role) => !ALONE.includes(role))
}

export const useAccounts = defineStore('accounts', () => {
  const officeId = ref<number | null>(null)
  const accounts = shallowRef<Account[]>([])
  const isLoading = ref(false)
  const error = shallowRef<unknown>(null)
  /** Shown once, until the administrator has taken it down; never kept. */
  const newPassword = shallowRef<NewPassword | null>(null)

  /** Show the accounts of an office; of two calls the later counts. */
  async function open(id: number): Promise<void> {
    if (officeId.value !== id) accounts.value = []
    officeId.value = id
    isLoading.value = true
    error.value = null
    try {
      const found = await allPages((cursor) => {
        const query = { office_id: id, limit: 200, ...(cursor === undefined ? {} : { cursor }) }
        return answered(api.GET('/api/v1/users', { params: { query } }))
      })
      if (officeId.value === id) accounts.value = found
    } catch (problem) {
      if (officeId.value === id) error.value = problem
    } finally {
      if (officeId.value === id) isLoading.value = false
    }
  }

  async function make(body: Schemas['UserIn'], key: string): Promise<void> {
    const params = { header: { 'Idempotency-Key': key } }
    const made = await answered(api.POST('/api/v1/users', { params, body }))
    accounts.value = [...accounts.value, made.user]
    newPassword.value = { account: made.user, password: made.one_time_password }
  }

  async function change(account: Account, body: Schemas['UserChangeIn']): Promise<void> {
    const params = { path: { user_id: account.id }, header: { 'if-match': `"${account.version}"` } }
    take(await answered(api.PATCH('/api/v1/users/{user_id}', { params, body })))
  }

  async function resetPassword(account: Account, key: string): Promise<void> {
    const params = { path: { user_id: account.id }, header: { 'Idempotency-Key': key } }
    const made = await answered(api.POST('/api/v1/users/{user_id}/password-reset', { params }))
    take(made.user)
    newPassword.value = { account: made.user, password: made.one_time_password }
  }

  async function clearTotp(account: Account): Promise<void> {
    const params = { path: { user_id: account.id } }
    take(await answered(api.DELETE('/api/v1/users/{user_id}/totp', { params })))
  }

  function take(changed: Account): void {
    accounts.value = accounts.value.map((one) => (one.id === changed.id ? changed : one))
  }

  return { officeId, accounts, isLoading, error, newPassword, open, make, change, resetPassword, clearTotp }
})
