/** Light or dark, as the person or their system likes it. */
import { usePreferredDark, useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, watchEffect } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'

export const useTheme = defineStore('theme', () => {
  const chosen = useStorage<Theme>('zhenghe.theme', 'auto')
  const prefersDark = usePreferredDark()
  const isDark = computed(() => chosen.value === 'dark' || (chosen.value === 'auto' && prefersDark.value))
  watchEffect(() => document.documentElement.classList.toggle('dark', isDark.value))
  return { chosen, isDark }
})
