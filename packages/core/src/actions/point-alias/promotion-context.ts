import type { IndexRecord, StepContext, TaskRecord } from '../../tasks/index.ts'

export interface PromotionContext extends Pick<StepContext, 'search' | 'settings'> {
  /** The task store, or the lock under which nothing changes any more. */
  records: {
    get(taskId: string): Promise<TaskRecord | null>
    getIndex(uuid: string): Promise<IndexRecord | null>
  }
  /** The task that asks, or null: it is not made yet. */
  taskId: string | null
  /** For a caller who would rather know nothing than wait. */
  requestTimeoutMs?: number
}
