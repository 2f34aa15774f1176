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

/** More than the phases of a task. */
const blockingOffset = 1_000_000

/**
 * Ends the writes of a phase before the next one begins: removes their alias and waits for the requests that OpenSearch
 * accepted before. A request of a lost worker could otherwise overwrite writes of the next phase.
 *
 * @returns the number of the new write alias, which no earlier request uses
 */
export async function endWrites(context: StepContext, state: ReindexState): Promise<number> {
  const { task, search } = context
  const aliasNumber = state.aliasNumber + 1
  const index = builtIndex(context, state)
  const alias = writeAliasName(task, aliasNumber)
  await replaceWriteAlias(search, index, alias)
  if (await waitForBulks(search, { index: task.index, taskId: task.id }, context)) return aliasNumber

  // Without the right to list requests: a write block waits for those in progress. It is set through a separate alias,
  // which is removed before the next phase, so a late call doesn't find it.
  const blocking = writeAliasName(task, aliasNumber + blockingOffset)
  await replaceWriteAlias(search, index, blocking)
  if (!(await blockWrites(search, blocking))) throw new IndexReplacedError(task.index)
  await replaceWriteAlias(search, index, alias)
  await unblockIndexWrites(search, alias)
  return aliasNumber
}
