/** Times as people read them, in China's time whatever the machine's zone is. */
const FORMAT = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** Return `2026-03-02 16:00`; empty for no time. */
export function timeOf(at: string | null | undefined): string {
  return secondOf(at).slice(0, -':00'.length)
}

/** Return `2026-03-02 16:00:09`, for what is told apart by seconds; empty for no time. */
export function secondOf(at: string | null | undefined): string {
  if (!at) return ''
  const part = Object.fromEntries(FORMAT.formatToParts(new Date(at)).map((one) => [one.type, one.value]))
  const clock = `${part['hour']}:${part['minute']}:${part['second']}`
  return `${part['year']}-${part['month']}-${part['day']} ${clock}`
}
