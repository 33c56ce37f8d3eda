import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { words } from '@/messages'
import { useSession, type Permission } from '@/stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title?: string
    /** Nobody need be signed in. */
    isOpen?: boolean
    /** One of these is needed. */
    permissions?: Permission[]
    /** The page fills the window and scrolls in its parts only. */
    isFull?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  {
    path: '/sign-in',
    component: () => import('@/screens/sign-in/SignIn.vue'),
    meta: { title: 'signIn.title', isOpen: true },
  },
  {
    path: '/',
    component: () => import('@/screens/overview/OverviewScreen.vue'),
    meta: { title: 'nav.overview' },
  },
  {
    path: '/me',
    component: () => import('@/screens/me/OwnAccount.vue'),
    meta: { title: 'common.account' },
  },
  {
    path: '/batches/:batchId(\\d+)',
    component: () => import('@/screens/batch/BatchFrame.vue'),
    props: (to) => ({ batchId: Number(to.params['batchId']) }),
    // The parts of a batch: rows (''), files, review, glyphs, way.
    children: [
      {
        path: '',
        component: () => import('@/screens/batch/BatchRows.vue'),
        props: (to) => ({ batchId: Number(to.params['batchId']) }),
        meta: { title: 'batch.tabs.rows', isFull: true },
      },
      {
        path: 'review',
        component: () => import('@/screens/review/ReviewScreen.vue'),
        props: (to) => ({ batchId: Number(to.params['batchId']) }),
        meta: { title: 'batch.tabs.review', permissions: ['decide'], isFull: true },
      },
      {
        path: 'files',
        component: () => import('@/screens/upload/UploadScreen.vue'),
        props: (to) => ({ batchId: Number(to.params['batchId']) }),
        meta: { title: 'batch.tabs.files' },
      },
      {
        path: 'glyphs',
        component: () => import('@/screens/glyphs/GlyphGrid.vue'),
        props: (to) => ({ batchId: Number(to.params['batchId']) }),
        meta: { title: 'batch.tabs.glyphs', isFull: true },
      },
      {
        path: 'way',
        component: () => import('@/screens/way/BatchWay.vue'),
        meta: { title: 'batch.tabs.way' },
      },
    ],
  },
  {
    path: '/review',
    component: () => import('@/screens/review/ReviewScreen.vue'),
    meta: { title: 'nav.review', permissions: ['decide'], isFull: true },
  },
  {
    path: '/quality',
    component: () => import('@/screens/quality/QualityScreen.vue'),
    meta: { title: 'nav.quality', permissions: ['view'] },
  },
  {
    path: '/offices',
    component: () => import('@/screens/offices/OfficesScreen.vue'),
    meta: { title: 'nav.offices', permissions: ['manage'], isFull: true },
  },
  {
    path: '/periods',
    component: () => import('@/screens/periods/PeriodsScreen.vue'),
    meta: { title: 'nav.periods' },
  },
  {
    path: '/settings',
    component: () => import('@/screens/settings/SettingsScreen.vue'),
    meta: { title: 'nav.settings' },
  },
  {
    path: '/log',
    component: () => import('@/screens/log/LogScreen.vue'),
    meta: { title: 'nav.log', permissions: ['view_log'] },
  },
  {
    path: '/:rest(.*)*',
    component: () => import('@/screens/NotFound.vue'),
    meta: { title: 'common.notFound', isOpen: true },
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  if (to.meta.isOpen) return true
  const session = useSession()
  const me = session.me ?? (await session.load())
  if (me === null || me.must_change_password) return { path: '/sign-in', query: { to: to.fullPath } }
  return true
})

router.afterEach((to) => {
  const name = to.meta.title ? words(to.meta.title) : ''
  document.title = name ? `${name} · ${words('common.product')}` : words('common.product')
})
