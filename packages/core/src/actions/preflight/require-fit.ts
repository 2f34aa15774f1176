import { ClusterUnfitError } from '../../index-errors.ts'
import type { StepContext } from '../../tasks/index.ts'
import { checkRights, checkShards, type ClusterNeed } from './checks.ts'

/**
 * Refuses at a task's start what would make its end fail: no room for the shards of the finished index, or a right
 * that is missing. What can't be known is not refused.
 *
 * @throws ClusterUnfitError
 */
export async function requireFit(
  { search, task }: Pick<StepContext, 'search' | 'task'>,
  need: Pick<ClusterNeed, 'shards' | 'replicas'>,
): Promise<void> {
  const checks = await Promise.all([
    checkShards(search, { bytes: 0, ...need }),
    checkRights(search, task.model, task.action),
  ])
  const failed = checks.filter(({ status }) => status === 'failed')
  if (failed.length > 0) throw new ClusterUnfitError(task.index, failed)
}
