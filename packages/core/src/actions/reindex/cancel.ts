import {
  deleteIndex,
  getIndex,
  isWriteAlias,
  replaceWriteAlias,
  unblockIndexWrites,
} from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'

/**
 * Removes the half-built index of a cancelled task. One that is to be kept, or that searches go to already, only loses
 * its write alias and block.
 *
 * An index that was verified belongs to its readers: a task that was only trying its failed documents again
 * ends as what it was before, succeeded.
 */
export async function cancel({ task, search, store }: StepContext): Promise<Finished | void> {
  const index = await getIndex(search, task.index)
  if (index?.meta['task_id'] !== task.id) return
  const isServed = index.aliases.some((alias) => !isWriteAlias(alias))
  const isVerified = (await store.getIndex(index.uuid)) !== null
  if (!task.keepIndex && !isServed && !isVerified) return deleteIndex(search, task.index)
  if (!isVerified) {
    // Without an alias of the task there is no block of it either.
    for (const alias of index.aliases.filter(isWriteAlias)) await unblockIndexWrites(search, alias)
  }
  await replaceWriteAlias(search, index, null)
  if (isVerified) return { kind: 'finished' }
}
