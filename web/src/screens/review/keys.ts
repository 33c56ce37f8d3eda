/** The keys of review: what they do, and a person's own choice of them. */
import { useStorage } from '@vueuse/core'
import { computed } from 'vue'

export const COMMANDS = [
  'next',
  'previous',
  'fieldDown',
  'fieldUp',
  'sheetRight',
  'paperRight',
  'otherValue',
  'sendBack',
  'linkOther',
  'noCertificate',
  'rowSheetRight',
  'rowPaperRight',
  'bulk',
  'undo',
  'note',
  'opinion',
  'inFull',
  'waterfall',
  'paper',
  'variant',
  'rotate',
  'evidence',
  'whole',
  'zoomIn',
  'zoomOut',
  'panLeft',
  'panRight',
  'panUp',
  'panDown',
  'mode',
  'help',
] as const
export type Command = (typeof COMMANDS)[number]
export type Keys = Record<Command, string>

export const DEFAULT_KEYS: Keys = {
  next: 'J',
  previous: 'K',
  fieldDown: 'ArrowDown',
  fieldUp: 'ArrowUp',
  sheetRight: '1',
  paperRight: '2',
  otherValue: '3',
  sendBack: '4',
  linkOther: '5',
  noCertificate: '6',
  rowSheetRight: 'Shift+1',
  rowPaperRight: 'Shift+2',
  bulk: 'B',
  undo: 'Z',
  note: 'N',
  opinion: 'O',
  inFull: 'F',
  waterfall: 'X',
  paper: 'C',
  variant: 'V',
  rotate: 'R',
  evidence: 'E',
  whole: 'W',
  zoomIn: '+',
  zoomOut: '-',
  panLeft: 'Shift+ArrowLeft',
  panRight: 'Shift+ArrowRight',
  panUp: 'Shift+ArrowUp',
  panDown: 'Shift+ArrowDown',
  mode: 'M',
  help: '?',
}

/** Do something in any browser or input, and are left to it. */
const RESERVED = new Set(['Tab', 'Escape', 'Enter', 'Shift', 'Control', 'Alt', 'Meta', 'F5', 'F11', 'F12'])
const LONG_NAMES: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': '␣',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
}

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>

/** Name a pressed key as it is kept; `null` for one that cannot be chosen. */
export function keyOf(event: Pressed): string | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1]
  // Letters and digits by their place: an input method may hide what was typed, Shift makes “!” of 1.
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]
  const name = digit ?? letter ?? event.key.normalize('NFKC')
  if (name === 'Process' || name === 'Unidentified' || name === 'Dead' || RESERVED.has(name)) return null
  const isPlace = digit !== undefined || letter !== undefined || name.length > 1
  const key = isPlace ? name : name.toUpperCase()
  return event.shiftKey && isPlace ? `Shift+${key}` : key === '=' ? '+' : key
}

/** A key as it stands on a button. */
export function keyLabel(key: string): string {
  const plain = key.replace('Shift+', '')
  return `${key.startsWith('Shift+') ? '⇧' : ''}${LONG_NAMES[plain] ?? plain}`
}

/** The command that has a key already. */
export function clashOf(keys: Keys, command: Command, key: string): Command | null {
  return COMMANDS.find((other) => other !== command && keys[other] === key) ?? null
}

export function useKeys() {
  const own = useStorage<Partial<Keys>>('zhenghe.review.keys', {})
  const keys = computed<Keys>(() => sound({ ...DEFAULT_KEYS, ...own.value }))

  /** Give a command another key; returns the command that has it already, and changes nothing then. */
  function choose(command: Command, key: string): Command | null {
    const clash = clashOf(keys.value, command, key)
    if (clash === null) own.value = { ...own.value, [command]: key }
    return clash
  }

  return {
    keys,
    choose,
    reset: () => (own.value = {}),
    label: (command: Command) => keyLabel(keys.value[command]),
    commandFor: (event: Pressed) => {
      const key = keyOf(event)
      return key === null ? null : (COMMANDS.find((one) => keys.value[one] === key) ?? null)
    },
  }
}

/** What was kept by hand or by an older release must not leave a command without a key of its own. */
function sound(keys: Keys): Keys {
  const isClear = new Set(Object.values(keys)).size === COMMANDS.length
  return isClear ? keys : DEFAULT_KEYS
}
