import { repairLeftovers, type TaskContext } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

/** Collects the orphans of ended tasks, and logs what was removed. */
export async function repairAndLog(context: TaskContext, log: Logger, signal: AbortSignal): Promise<void> {
  for (const { taskId, ...repaired } of await repairLeftovers(context, signal))
    log.warn('what an ended task had left behind was taken away', { task_id: taskId, ...repaired })
}
