import type { IndexRecord, StepContext, TaskRecord } from '../../tasks/index.ts'

export interface PromotionContext extends Pick<StepContext, 'search' | 'settings'> {
  /** The task store, or the lock that prevents further changes. */
  records: {
    get(taskId: string): Promise<TaskRecord | null>
    getIndex(uuid: string): Promise<IndexRecord | null>
    listFilteredCopies(uuid: string): Promise<IndexRecord[]>
  }
  /** The task that checks; null: it is not created yet. */
  taskId: string | null
  /** Timeout of each OpenSearch request, for callers with limited time; milliseconds. */
  requestTimeoutMs?: number
}
