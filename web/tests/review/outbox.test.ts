import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/client'
import { Outbox } from '@/screens/review/outbox'

const refused = () => new Problem(409, 'stale_version', '已被修改。')
const unreachable = () => new Problem(0, 'unreachable', '连不上。')

function letter(rowId: number, send: () => Promise<void>) {
  return { rowId, send, fail: vi.fn() }
}

describe('what was decided', () => {
  it('is sent in order, one after the other', async () => {
    const outbox = new Outbox(async () => undefined)
    const log: string[] = []
    const slow = letter(1, async () => {
      log.push('first begins')
      await new Promise((done) => setTimeout(done, 5))
      log.push('first ends')
    })
    outbox.add(slow)
    outbox.add(letter(2, async () => void log.push('second')))
    await outbox.settled()

    expect(log).toEqual(['first begins', 'first ends', 'second'])
    expect(outbox.letters).toHaveLength(0)
  })

  it('waits while the service cannot be reached, and is sent then', async () => {
    const waits: number[] = []
    const outbox = new Outbox(async (ms) => void waits.push(ms))
    const send = vi.fn(async () => {
      if (send.mock.calls.length < 3) throw unreachable()
    })
    const one = letter(1, send)
    outbox.add(one)
    await outbox.settled()

    expect(send).toHaveBeenCalledTimes(3)
    expect(waits).toEqual([500, 1000])
    expect(one.fail).not.toHaveBeenCalled()
    expect(outbox.state.isStalled).toBe(false)
  })

  it('comes back when refused, with all that followed on the same row; other rows go on', async () => {
    const outbox = new Outbox(async () => undefined)
    const first = letter(1, async () => Promise.reject(refused()))
    const same = letter(
      1,
      vi.fn(async () => undefined),
    )
    const other = letter(
      2,
      vi.fn(async () => undefined),
    )
    ;[first, same, other].forEach((one) => outbox.add(one))
    await outbox.settled()

    expect(first.fail).toHaveBeenCalledOnce()
    expect(same.fail).toHaveBeenCalledOnce()
    expect(same.send).not.toHaveBeenCalled()
    expect(other.send).toHaveBeenCalledOnce()
  })

  it('can be taken back before it is begun, not afterwards', async () => {
    const outbox = new Outbox(async () => undefined)
    const first = letter(1, async () => undefined)
    const second = letter(
      2,
      vi.fn(async () => undefined),
    )
    outbox.add(first)
    outbox.add(second)

    expect(outbox.takeBack(first)).toBe(false)
    expect(outbox.takeBack(second)).toBe(true)
    await outbox.settled()
    expect(second.send).not.toHaveBeenCalled()
  })
})
