import { ClusterUnfitError } from '../../index-errors.ts'
import type { StepContext } from '../../tasks/index.ts'
import { checkRights, checkShards, type ClusterNeed } from './checks.ts'

/**
 * Fails a task at its start if its end would fail: no room for the shards of the finished index, or a missing right. An
 * unknown result doesn't fail it.
 *
 * @throws ClusterUnfitError
 */
export async function requireClusterReady(
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
