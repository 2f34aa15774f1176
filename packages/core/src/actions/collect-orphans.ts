import type { TaskContext, TaskRecord } from '../tasks/index.ts'
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

export interface CollectedOrphan extends FoundWriteAlias {
  did: 'deleted' | 'unmarked'
}

type OrphanContext = Pick<TaskContext, 'actions' | 'search' | 'store' | 'models' | 'clock'>

/**
 * Removes what tasks have left in OpenSearch that ended without cleaning up, because OpenSearch was away then or a call
 * of a dead worker landed afterwards: write blocks on their sources, write aliases, and half-built indices that no
 * caller asked to keep. Active tasks clean up themselves, and those of other servers are not known here.
 *
 * Safe to call at any time, from any number of processes.
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
    // Numbers of aliases grow with every run: one that was seen before the task was found ended is no later run's.
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
  // The block of a source lies beside the mark, and goes with it.
  if (index !== task.index) await liftWriteBlock(search, index, alias)
  else await replaceOwnWriteAlias(search, index, task.id, null)
  return 'unmarked'
}

/** Whether an index is the unfinished work of a task that leaves none: no alias serves it, and no retry may use it. */
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

function isActive({ status }: TaskRecord): boolean {
  return status === 'queued' || status === 'running'
}
