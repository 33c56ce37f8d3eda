/** Times as people read them, in China's time whatever the machine's zone is. */
const FULL = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

/** Return `2026-03-02 16:00`; empty for no time. */
export function timeOf(at: string | null | undefined): string {
  if (!at) return ''
  const part = Object.fromEntries(FULL.formatToParts(new Date(at)).map((one) => [one.type, one.value]))
  return `${part['year']}-${part['month']}-${part['day']} ${part['hour']}:${part['minute']}`
}
