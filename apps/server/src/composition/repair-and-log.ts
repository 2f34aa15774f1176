import { repairLeftovers, type TaskContext } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

/** Takes away what ended tasks have left behind, and says what it was. */
export async function repairAndLog(context: TaskContext, log: Logger, signal: AbortSignal): Promise<void> {
  for (const { taskId, ...repaired } of await repairLeftovers(context, signal))
    log.warn('what an ended task had left behind was taken away', { task_id: taskId, ...repaired })
}
