/** What is seen of a page, and how a person changes it. */
import { ref, shallowRef, type Ref } from 'vue'
import {
  fitEvidence,
  fitPage,
  isComfortable,
  moveBy,
  turned,
  uprightTurn,
  zoomAt,
  type Box,
  type Polygon,
  type Size,
  type Turn,
  type View,
} from './geometry'

export function usePaperView(
  size: Readonly<Ref<Size>>,
  ratio: Readonly<Ref<number>>,
  box: Readonly<Ref<Box | null>>,
  lit: Readonly<Ref<Polygon | null>>,
) {
  const view = shallowRef<View>({ x: 0.5, y: 0.5, scale: 1, turn: 0 })
  const isDragging = ref(false)
  /** As a person turned this page; kept while it is looked at. */
  let ownTurn: Turn | null = null
  let from: { id: number; x: number; y: number } | null = null

  /** Show what the present page and value ask for; on the same page move only if the value is not seen well. */
  function settle(isOtherPage: boolean): void {
    if (isOtherPage) ownTurn = null
    if (!isOtherPage && box.value !== null && isComfortable(view.value, size.value, box.value)) return
    const upright = lit.value !== null ? uprightTurn(lit.value, ratio.value) : isOtherPage ? 0 : null
    const turn = ownTurn ?? upright ?? view.value.turn
    view.value =
      box.value === null
        ? fitPage(size.value, ratio.value, turn)
        : fitEvidence(size.value, ratio.value, turn, box.value)
  }

  function zoom(x: number, y: number, factor: number): void {
    view.value = zoomAt(view.value, size.value, ratio.value, x, y, factor)
  }

  function wheel(event: WheelEvent): void {
    const lines = event.deltaMode === 1 ? event.deltaY * 32 : event.deltaY
    zoom(event.offsetX, event.offsetY, Math.exp(-Math.max(-240, Math.min(240, lines)) / 480))
  }

  function press(event: PointerEvent): void {
    if (event.button > 1 || from !== null) return
    from = { id: event.pointerId, x: event.clientX, y: event.clientY }
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    isDragging.value = true
  }

  function drag(event: PointerEvent): void {
    if (from?.id !== event.pointerId) return
    view.value = moveBy(view.value, size.value, ratio.value, event.clientX - from.x, event.clientY - from.y)
    from = { id: event.pointerId, x: event.clientX, y: event.clientY }
  }

  function release(event: PointerEvent): void {
    if (from?.id !== event.pointerId) return
    from = null
    isDragging.value = false
  }

  function rotate(by = 90): void {
    const turn = turned(view.value.turn + by)
    ownTurn = turn
    view.value =
      box.value === null
        ? fitPage(size.value, ratio.value, turn)
        : fitEvidence(size.value, ratio.value, turn, box.value)
  }

  return {
    view,
    isDragging,
    settle,
    wheel,
    press,
    drag,
    release,
    rotate,
    zoomBy: (factor: number) => zoom(size.value.width / 2, size.value.height / 2, factor),
    move: (right: number, down: number) => {
      const { width, height } = size.value
      view.value = moveBy(view.value, size.value, ratio.value, -right * width, -down * height)
    },
    showWhole: () => (view.value = fitPage(size.value, ratio.value, view.value.turn)),
    showEvidence: () => {
      if (box.value === null) view.value = fitPage(size.value, ratio.value, view.value.turn)
      else view.value = fitEvidence(size.value, ratio.value, view.value.turn, box.value)
    },
  }
}
