import { IndexAliasedError, IndexInRollbackWindowError, type IngestionError } from '../../errors.ts'
import { isWriteAlias, type IndexInfo } from '../../search/index.ts'
import type { ModelLock, StepContext } from '../../tasks/index.ts'

interface DeletionContext extends Pick<StepContext, 'settings'> {
  model: string
  /** The task store, or the lock that prevents further changes. */
  records: Pick<ModelLock, 'recentAliasMoves'>
}

/** Everything that prevents the deletion of an index now. */
export async function findPreconditionFailures(
  { settings, model, records }: DeletionContext,
  { name, uuid, aliases }: IndexInfo,
): Promise<IngestionError[]> {
  const preconditionFailures: IngestionError[] = aliases
    .filter((alias) => !isWriteAlias(alias))
    .map((alias) => new IndexAliasedError(name, alias))
  const { rollbackWindowMs } = settings
  if (rollbackWindowMs === 0) return preconditionFailures
  const moves = await records.recentAliasMoves(model, rollbackWindowMs)
  const latest = moves.find(({ from, to }) => to?.uuid !== uuid && from.some((index) => index.uuid === uuid))
  if (latest) {
    const until = new Date(Date.parse(latest.movedAt) + rollbackWindowMs).toISOString()
    preconditionFailures.push(new IndexInRollbackWindowError(name, latest.alias, until))
  }
  return preconditionFailures
}
