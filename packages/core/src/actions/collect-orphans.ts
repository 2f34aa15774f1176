import { actionFacts } from '../contract/index.ts'
import { isActive, type TaskContext, type TaskRecord } from '../tasks/index.ts'
import {
  deleteIndex,
  endSearchTasks,
  getIndex,
  isWriteAlias,
  liftWriteBlock,
  listWriteAliases,
  replaceOwnWriteAlias,
  type FoundWriteAlias,
} from '../search/index.ts'

/** Something that an ended task had left in OpenSearch, and what was done about it. */
export interface CollectedOrphan extends FoundWriteAlias {
  /** `deleted`: the half-built index. `alias_removed`: the alias, with the write block that was set through it. */
  did: 'deleted' | 'alias_removed'
}

type OrphanContext = Pick<TaskContext, 'actions' | 'search' | 'store' | 'models' | 'clock'>

/**
 * Removes what ended tasks have left in OpenSearch: write blocks on their sources, write aliases, and half-built
 * indices that no caller asked to keep. A task leaves these if OpenSearch was unavailable at its cleanup, or if a call
 * of a dead worker landed after it. Active tasks clean up themselves. Tasks of other servers are unknown here.
 *
 * Safe to call at any time, from any number of processes.
 *
 * @param signal stops it between two indices
 * @returns what was removed
 * @throws the signal's reason, and the errors of the task store and of OpenSearch
 * @example
 * import { collectOrphans, type TaskContext } from '@ingestion-server/core'
 *
 * export async function cleanUp(context: TaskContext): Promise<void> {
 *   const collected = await collectOrphans(context, AbortSignal.timeout(60_000))
 *   for (const { index, did, taskId } of collected) console.log(index, did, taskId)
 * }
 */
export async function collectOrphans(
  context: OrphanContext,
  signal: AbortSignal,
): Promise<CollectedOrphan[]> {
  const collected: CollectedOrphan[] = []
  const patterns = context.models.map(({ name }) => `${name}-*`)
  for (const found of await listWriteAliases(context.search, patterns)) {
    signal.throwIfAborted()
    const task = await context.store.get(found.taskId)
    if (!task || isActive(task)) continue
    // Alias numbers grow with every run: an alias listed before the task was read as ended can't belong to a later run.
    collected.push({ ...found, did: await collect(context, found, task, signal) })
  }
  return collected
}

async function collect(
  context: OrphanContext,
  { index, alias }: FoundWriteAlias,
  task: TaskRecord,
  signal: AbortSignal,
): Promise<CollectedOrphan['did']> {
  const { search, clock } = context
  if (index === task.index && (await isHalfBuilt(context, alias, task))) {
    await endSearchTasks(search, (label) => label.includes(task.id), { clock, signal })
    await deleteIndex(search, index)
    return 'deleted'
  }
  // The write block of a source was set through the alias, and is removed with it. A promotion adds aliases to two
  // indices and blocks neither.
  if (index !== task.index && actionFacts[task.action].createsIndex)
    await liftWriteBlock(search, index, alias)
  else await replaceOwnWriteAlias(search, index, task.id, null)
  return 'alias_removed'
}

/** Whether an index is unfinished work to delete: no alias serves it, and no retry may use it. */
async function isHalfBuilt(
  { actions, search, store }: OrphanContext,
  alias: string,
  task: TaskRecord,
): Promise<boolean> {
  const action = actions.find(({ name }) => name === task.action)
  if (!action?.leavesOrphan?.(task) || (await store.findReservation(task.index)) !== null) return false
  const found = await getIndex(search, task.index)
  if (!found?.aliases.includes(alias) || !found.aliases.every(isWriteAlias)) return false
  return (await store.getIndex(found.uuid)) === null
}
