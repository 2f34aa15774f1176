import { replaceWriteAlias, waitForBulks, writeAliasName } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { builtIndex, type ReindexState } from './state.ts'

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
  await replaceWriteAlias(search, builtIndex(context, state), writeAliasName(task, aliasNumber))
  await waitForBulks(search, { index: task.index, taskId: task.id }, context)
  return aliasNumber
}
