import type { ActionName, Phase, Task, TaskStatus } from '@ingestion-server/sdk'

export const actionWords: Record<ActionName, string> = {
  REINDEX: 'Reindex',
  CREATE_AND_POPULATE_FILTERED_INDEX: 'Filter',
  POINT_ALIAS: 'Promote',
  DELETE_INDEX: 'Delete',
}

export const statusWords: Record<TaskStatus, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** catching_up → Catching up */
export function phaseWords(phase: Phase): string {
  const words = phase.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What a task works on: its index, or what is known of it before it has one. */
export function taskTarget({ index, model, request }: Pick<Task, 'index' | 'model' | 'request'>): string {
  if (index !== null) return index
  const suffix = request['indexSuffix'] ?? request['destinationIndexSuffix']
  return typeof suffix === 'string' ? `${model}-${suffix}` : model
}

/** Reindex image-20231106 */
export function taskTitle(task: Pick<Task, 'action' | 'index' | 'model' | 'request'>): string {
  return `${actionWords[task.action]} ${taskTarget(task)}`
}
