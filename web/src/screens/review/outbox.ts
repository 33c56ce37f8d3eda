/** Sends what a person decided, in order and in the background; what fails comes back. */
import { shallowReactive } from 'vue'
import { Problem } from '@/api/client'

export type Letter = {
  /** Which row it is about: when one fails, the later ones of the same row are not sent either. */
  rowId: number
  /** Sends it; made once more when the service was not reached. */
  send: () => Promise<void>
  /** It was refused. */
  fail: (error: unknown) => void
}

/** Statuses after which the same call may do: not reached, too many, busy. */
const PASSING = new Set([0, 429, 502, 503, 504])
const WAITS_MS = [500, 1000, 2000, 4000, 8000]

export class Outbox {
  /** What is not saved yet, oldest first; the first may be under way. */
  readonly letters: Letter[] = shallowReactive([])
  readonly state = shallowReactive({ isStalled: false })
  private isRunning = false
  private idle: (() => void)[] = []

  constructor(private readonly wait = (ms: number) => new Promise((done) => setTimeout(done, ms))) {}

  add(letter: Letter): void {
    this.letters.push(letter)
    void this.run()
  }

  /** Take back what was not begun; returns whether it was in time. */
  takeBack(letter: Letter): boolean {
    const at = this.letters.indexOf(letter)
    if (at < 0 || (at === 0 && this.isRunning)) return false
    this.letters.splice(at, 1)
    return true
  }

  /** Resolves once all is sent or refused. */
  async settled(): Promise<void> {
    if (this.letters.length === 0) return
    await new Promise<void>((done) => this.idle.push(done))
  }

  private async run(): Promise<void> {
    if (this.isRunning) return
    this.isRunning = true
    while (this.letters[0] !== undefined) await this.post(this.letters[0])
    this.isRunning = false
    this.idle.splice(0).forEach((done) => done())
  }

  private async post(letter: Letter): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await letter.send()
        this.state.isStalled = false
        this.remove(letter)
        return
      } catch (error) {
        if (error instanceof Problem && PASSING.has(error.status)) {
          this.state.isStalled = true
          await this.wait(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? 8000)
          continue
        }
        this.state.isStalled = false
        const later = this.letters.filter((one) => one !== letter && one.rowId === letter.rowId)
        this.remove(letter)
        letter.fail(error)
        later.forEach((one) => {
          this.remove(one)
          one.fail(error)
        })
        return
      }
    }
  }

  private remove(letter: Letter): void {
    const at = this.letters.indexOf(letter)
    if (at >= 0) this.letters.splice(at, 1)
  }
}
