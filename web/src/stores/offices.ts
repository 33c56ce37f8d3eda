/** The own office, those below it and those above: their tree, and what is done to them. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { answered, api, type Schemas } from '@/api/client'

export type Office = Schemas['OfficeOut']
export type OfficeKind = Schemas['OfficeKind']
export type OfficeNode = { id: number; office: Office; children: OfficeNode[] }

const LIMIT = 1000

export const useOffices = defineStore('offices', () => {
  /** The own office first, each other one after the office it hangs under. */
  const offices = shallowRef<Office[]>([])
  const above = shallowRef<Office[]>([])
  const isLoaded = ref(false)
  const error = shallowRef<unknown>(null)

  const byId = computed(() => new Map([...above.value, ...offices.value].map((one) => [one.id, one])))
  const byCode = computed(() => new Map([...byId.value.values()].map((one) => [one.code, one])))
  const tree = computed(() => treeOf(offices.value))

  async function load(): Promise<void> {
    error.value = null
    try {
      const found: Office[] = []
      let over: Office[] = []
      let cursor: string | null = null
      do {
        const query: { limit: number; cursor?: string } = {
          limit: LIMIT,
          ...(cursor === null ? {} : { cursor }),
        }
        const page: Schemas['OfficePageOut'] = await answered(
          api.GET('/api/v1/offices', { params: { query } }),
        )
        found.push(...page.items)
        over = page.above
        cursor = page.next_cursor
      } while (cursor !== null)
      offices.value = found
      above.value = over
      isLoaded.value = true
    } catch (problem) {
      error.value = problem
    }
  }

  async function make(body: Schemas['OfficeIn'], key: string): Promise<Office> {
    const made = await answered(
      api.POST('/api/v1/offices', { params: { header: { 'Idempotency-Key': key } }, body }),
    )
    await load()
    return made
  }

  /** Rename, close or open an office as it was seen. */
  async function change(office: Office, body: Schemas['OfficeChangeIn']): Promise<Office> {
    const params = { path: { office_id: office.id }, header: { 'if-match': `"${office.version}"` } }
    const changed = await answered(api.PATCH('/api/v1/offices/{office_id}', { params, body }))
    offices.value = offices.value.map((one) => (one.id === changed.id ? changed : one))
    return changed
  }

  /** Whether an office and all over it are open. */
  function isOpen(office: Office): boolean {
    const parent = office.parent_id === null ? undefined : byId.value.get(office.parent_id)
    return office.is_active && (parent === undefined || isOpen(parent))
  }

  return { offices, above, isLoaded, error, byId, byCode, tree, load, make, change, isOpen }
})

/** Hang offices under each other; one whose parent is not among them is a root. */
export function treeOf(offices: readonly Office[]): OfficeNode[] {
  const nodes = new Map<number, OfficeNode>(
    offices.map((office) => [office.id, { id: office.id, office, children: [] }]),
  )
  const roots: OfficeNode[] = []
  for (const node of nodes.values()) {
    const parent = node.office.parent_id === null ? undefined : nodes.get(node.office.parent_id)
    if (parent === undefined) roots.push(node)
    else parent.children.push(node)
  }
  return roots
}

/** How deep an office lies under the first one of the list, for names that are indented. */
export function depths(offices: readonly Office[]): Map<number, number> {
  const found = new Map<number, number>()
  for (const office of offices) {
    const parent = office.parent_id === null ? undefined : found.get(office.parent_id)
    found.set(office.id, parent === undefined ? 0 : parent + 1)
  }
  return found
}

/** What may hang under an office, as the service sees it. */
export const KINDS_BELOW: Record<OfficeKind, OfficeKind[]> = {
  province: ['city', 'senior_body', 'unit'],
  city: ['county', 'city_department', 'senior_body', 'unit'],
  county: ['unit'],
  city_department: ['unit'],
  senior_body: ['unit'],
  unit: [],
}
