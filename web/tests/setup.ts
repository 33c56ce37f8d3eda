import { config } from '@vue/test-utils'
import { i18n } from '@/messages'

config.global.plugins = [i18n]
