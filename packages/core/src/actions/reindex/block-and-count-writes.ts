import { countOperations, blockIndexWrites, writeAliasName } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { endWrites } from './end-writes.ts'
import type { ReindexState } from './state.ts'

/**
 * Closes the index to writes before it is compared with the database: nothing is written meanwhile, all that was written
 * is seen, and from then on it is known how much that was.
 */
export async function blockAndCountWrites(context: StepContext, state: ReindexState): Promise<ReindexState> {
  const { task, search } = context
  const aliasNumber = await endWrites(context, state)
  // Through the alias, so that a block that comes late no longer finds it.
  await blockIndexWrites(search, task.index, writeAliasName(task, aliasNumber))
  const operations = await countOperations(search, task.index)
  const written = task.catchUp.indexed + task.catchUp.deleted
  return { ...state, aliasNumber, sealedAt: operations === null ? null : { operations, written } }
}

/**
 * Whether the index took operations between two write blocks that the task has not counted: of others, or its own whose answer
 * was lost.
 */
export function tookOthers(before: ReindexState, after: ReindexState): boolean {
  if (before.sealedAt === null || after.sealedAt === null) return false
  const taken = after.sealedAt.operations - before.sealedAt.operations
  return taken !== after.sealedAt.written - before.sealedAt.written
}
