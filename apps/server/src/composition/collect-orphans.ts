import { collectOrphans, type TaskContext } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

/** Collects the orphans of ended tasks, and logs what was removed. */
export async function collectAndLogOrphans(
  context: TaskContext,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (const { taskId, ...orphan } of await collectOrphans(context, signal))
    log.warn('orphan of an ended task removed', { task_id: taskId, ...orphan })
}
