/** The log: searched, read on, and proven whole. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { answered, api, type Schemas } from '@/api/client'

export type Entry = Schemas['AuditEntryOut']
export type Proof = Schemas['ProofOut']
export type LogAction = Schemas['ActionOut']

/** What is looked for; empty is all. */
export type Search = {
  action?: string
  object?: string
  actor?: string
  batch_id?: number
  first_day?: string
  last_day?: string
}

const LIMIT = 100

export const useLog = defineStore('log', () => {
  const entries = shallowRef<Entry[]>([])
  const actions = shallowRef<LogAction[]>([])
  const isLoading = ref(false)
  const isLoaded = ref(false)
  const error = shallowRef<unknown>(null)
  const nextCursor = ref<string | null>(null)
  let search: Search = {}
  let round = 0

  async function loadActions(): Promise<void> {
    if (actions.value.length === 0) actions.value = await answered(api.GET('/api/v1/audit/actions'))
  }

  /** Show the newest lines of a search; of two the later counts. */
  function find(wanted: Search): Promise<void> {
    search = wanted
    isLoaded.value = false
    return read(undefined)
  }

  /** Read on where the list ends. */
  async function more(): Promise<void> {
    if (nextCursor.value !== null) await read(nextCursor.value)
  }

  async function read(cursor: string | undefined): Promise<void> {
    const mine = ++round
    isLoading.value = true
    error.value = null
    try {
      const query = { ...search, limit: LIMIT, ...(cursor === undefined ? {} : { cursor }) }
      const page = await answered(api.GET('/api/v1/audit', { params: { query } }))
      if (mine !== round) return
      entries.value = cursor === undefined ? page.items : [...entries.value, ...page.items]
      nextCursor.value = page.next_cursor
      isLoaded.value = true
    } catch (problem) {
      if (mine === round) error.value = problem
    } finally {
      if (mine === round) isLoading.value = false
    }
  }

  return { entries, actions, isLoading, isLoaded, error, nextCursor, loadActions, find, more }
})
