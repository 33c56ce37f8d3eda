/** Keeps the rows that a person has taken while the person works, and gives them back afterwards. */
import { Problem } from '@/api/client'
import { giveBack, renew } from './calls'
import type { Item } from './items'

const OFTEN_MS = 10_000
const LEAST_MS = 20_000
/** Whoever has not touched anything for so long is away: others may have the rows. */
export const AWAY_MS = 15 * 60_000

export class LeaseKeeper {
  private timer = 0
  private lastTouch = Date.now()

  constructor(
    private readonly items: () => readonly Item[],
    private readonly lost: (item: Item) => void,
  ) {}

  start(): void {
    this.stop()
    this.touch()
    this.timer = window.setInterval(() => void this.keep(), OFTEN_MS)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** Somebody is there. */
  touch(): void {
    this.lastTouch = Date.now()
  }

  get isAway(): boolean {
    return Date.now() - this.lastTouch > AWAY_MS
  }

  /** Renew what a third of its time has gone of. */
  async keep(now = Date.now()): Promise<void> {
    if (this.isAway) return
    for (const item of this.items()) {
      const lease = item.lease
      if (lease === null || item.local.length > 0) continue
      if (now - lease.since < Math.max(LEAST_MS, lease.length / 3)) continue
      try {
        const row = await renew(item.id, lease.token)
        if (item.lease === lease) item.lease = leaseOf(row, now)
      } catch (error) {
        // Not reached: the next round tries again.
        if (error instanceof Problem && error.status !== 0 && error.status < 500) {
          item.lease = null
          this.lost(item)
        }
      }
    }
  }

  /** Give everything back that is not decided. */
  async giveBackAll(): Promise<void> {
    const held = this.items().filter((item) => item.lease !== null && item.local.length === 0)
    await Promise.all(held.map((item) => release(item)))
  }
}

/** Give one row back; that it is somebody else's by now is no error. */
export async function release(item: Item): Promise<void> {
  const lease = item.lease
  if (lease === null) return
  item.lease = null
  await giveBack(item.id, lease.token).catch(() => undefined)
}

export type Lease = { token: string; since: number; length: number }

/** What a row says of its lease; measured from now, because clocks differ. */
export function leaseOf(
  row: { lease: { is_mine: boolean; until: string; token: string | null } | null },
  now = Date.now(),
): Lease | null {
  if (row.lease === null || !row.lease.is_mine || row.lease.token === null) return null
  const length = Math.min(7_200_000, Math.max(60_000, Date.parse(row.lease.until) - now))
  return { token: row.lease.token, since: now, length }
}
