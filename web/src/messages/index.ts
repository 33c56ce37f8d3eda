/** The words of the pages. Another language is another file like `zh.ts`. */
import { createI18n } from 'vue-i18n'
import zh from './zh'

export type Messages = typeof zh

export const i18n = createI18n<[Messages], 'zh', false>({
  legacy: false,
  locale: 'zh',
  fallbackLocale: 'zh',
  messages: { zh },
})

/** Words outside of components. */
export const words = i18n.global.t
