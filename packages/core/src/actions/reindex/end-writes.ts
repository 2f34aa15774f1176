import { IndexReplacedError } from '../../errors.ts'
import {
  blockWrites,
  replaceWriteAlias,
  unblockIndexWrites,
  waitForBulks,
  writeAliasName,
} from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { builtIndex, type ReindexState } from './state.ts'

/** More than a task has phases. */
const blockingOffset = 1_000_000

/**
 * Ends the writes of a phase before the next one begins: takes the alias away that they went through, and waits for the
 * requests that OpenSearch accepted before. One of a worker that was lost could otherwise overwrite what the next phase
 * writes.
 *
 * @returns the number of the new write alias, which no earlier request knows
 */
export async function endWrites(context: StepContext, state: ReindexState): Promise<number> {
  const { task, search } = context
  const aliasNumber = state.aliasNumber + 1
  const index = builtIndex(context, state)
  const alias = writeAliasName(task, aliasNumber)
  await replaceWriteAlias(search, index, alias)
  if (await waitForBulks(search, { index: task.index, taskId: task.id }, context)) return aliasNumber

  // Without a right to see them: a block waits for those that are being written. It is put on through an alias of its
  // own, which is gone when the next phase begins, so one that comes late finds none.
  const blocking = writeAliasName(task, aliasNumber + blockingOffset)
  await replaceWriteAlias(search, index, blocking)
  if (!(await blockWrites(search, blocking))) throw new IndexReplacedError(task.index)
  await replaceWriteAlias(search, index, alias)
  await unblockIndexWrites(search, alias)
  return aliasNumber
}
