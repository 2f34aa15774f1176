import type { Clock, TaskStore } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

/** Each a short transaction. */
const tasksPerStep = 10
/** Time limit of one call: its queue also serves more urgent work. It continues a minute later. */
const maxMs = 20_000
/** Interval between checks when nothing is left to remove. */
const idleMs = 3_600_000
/** Failed documents take most of the space, and are not needed once they are repaired or abandoned. */
const failedDocumentsShare = 1 / 3

interface RetentionOptions {
  store: Pick<TaskStore, 'removeOld'>
  /** How long tasks are kept after their end; their failed documents a third of that. Null: forever. */
  retentionMs: number | null
  clock: Clock
  log: Logger
}

/** Removes data beyond the retention time, in small batches; to be called periodically. */
export function createRetention({ store, retentionMs, clock, log }: RetentionOptions) {
  let nextAt = 0
  return async (signal: AbortSignal): Promise<void> => {
    const startedAt = clock.now()
    if (retentionMs === null || startedAt < nextAt) return
    const retention = {
      tasksMs: retentionMs,
      failedDocumentsMs: retentionMs * failedDocumentsShare,
      limit: tasksPerStep,
    }
    const removed = { tasks: 0, tasks_of_failed_documents: 0 }
    let isDone = false
    while (!isDone && !signal.aborted && clock.now() - startedAt < maxMs) {
      const step = await store.removeOld(retention)
      removed.tasks += step.tasks
      removed.tasks_of_failed_documents += step.tasksOfFailedDocuments
      isDone = step.tasks + step.tasksOfFailedDocuments === 0
    }
    if (isDone) nextAt = clock.now() + idleMs
    if (removed.tasks + removed.tasks_of_failed_documents > 0) log.info('old task data removed', removed)
  }
}
