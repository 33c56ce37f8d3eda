import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vitest/config'

const service = process.env['ZHENGHE_DEV_SERVICE'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  // The styles of a component come with its import.
  plugins: [vue(), ElementPlus({})],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    // Browsers of the last four years.
    target: 'chrome108',
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': service } },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
