import { beforeEach, expect, it, vi } from 'vitest'
import * as calls from '@/screens/review/calls'
import { useCounts } from '@/screens/review/useCounts'

beforeEach(() => {
  vi.spyOn(calls, 'readGroups').mockResolvedValue([
    { group: 'name:homophone', label: '姓名 · 同音字', count: 3, risk: 0.9 },
    { group: 'granted_on:different_value', label: '授予时间 · 内容不同', count: 2, risk: 0.5 },
  ])
  vi.spyOn(calls, 'readWaitingFields').mockResolvedValue([
    { field: 'name', label: '姓名', count: 3 },
    { field: 'granted_on', label: '授予时间', count: 4 },
  ] as calls.WaitingField[])
  vi.spyOn(calls, 'readPatterns').mockResolvedValue([])
})

it.each([
  [{}, 5],
  [{ group: 'name:homophone' }, 3],
  // Also in rows whose name is the graver difference.
  [{ field: 'granted_on' }, 4],
] as const)('says how many are left in %o', async (of, left) => {
  const scope = { batchId: 1, queue: 'review', ...of } as calls.Scope
  const counts = useCounts(() => scope)

  await counts.read()
  expect(counts.left.value).toBe(left)

  counts.doneHere.value = 1
  expect(counts.left.value).toBe(left - 1)
})
