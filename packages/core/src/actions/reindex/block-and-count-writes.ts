import { countOperations, blockIndexWrites, writeAliasName } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { endWrites } from './end-writes.ts'
import type { ReindexState } from './state.ts'

/**
 * Blocks writes to the index before it is compared with the database, and counts the operations so far. During the
 * comparison nothing is written, and everything written before is visible.
 */
export async function blockAndCountWrites(context: StepContext, state: ReindexState): Promise<ReindexState> {
  const { task, search } = context
  const aliasNumber = await endWrites(context, state)
  // Through the alias, so that a late call doesn't find it.
  await blockIndexWrites(search, task.index, writeAliasName(task, aliasNumber))
  const operations = await countOperations(search, task.index)
  const written = task.catchUp.indexed + task.catchUp.deleted
  return { ...state, aliasNumber, sealedAt: operations === null ? null : { operations, written } }
}

/**
 * Whether the index took operations between two write blocks that the task has not counted: by other programs, or its
 * own without a response.
 */
export function tookOthers(before: ReindexState, after: ReindexState): boolean {
  if (before.sealedAt === null || after.sealedAt === null) return false
  const taken = after.sealedAt.operations - before.sealedAt.operations
  return taken !== after.sealedAt.written - before.sealedAt.written
}
