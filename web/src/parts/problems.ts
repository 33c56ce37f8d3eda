/** Errors as people read them. */
import { ElMessage } from 'element-plus'
import { Problem } from '@/api/client'
import { words } from '@/messages'

/** Return the sentence of an error: what happened, then what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.message
  return words('common.unexpected')
}

/** Show an error over the page, for what has no place of its own on it. */
export function tell(error: unknown): void {
  ElMessage({ type: 'error', message: sentenceOf(error), duration: 8000, showClose: true, grouping: true })
}
