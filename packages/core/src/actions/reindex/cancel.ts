import {
  deleteIndex,
  getIndex,
  isWriteAlias,
  replaceWriteAlias,
  unblockIndexWrites,
} from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'

/**
 * Removes the half-built index of a cancelled task. If the index is to be kept or serves searches already, only its
 * write alias and block are removed.
 *
 * A verified index is in use: a task that was only redriving its failed documents ends as before, succeeded.
 */
export async function cancel({ task, search, store }: StepContext): Promise<Finished | void> {
  const index = await getIndex(search, task.index)
  if (index?.meta['task_id'] !== task.id) return
  const isServed = index.aliases.some((alias) => !isWriteAlias(alias))
  const isVerified = (await store.getIndex(index.uuid)) !== null
  if (!task.keepIndex && !isServed && !isVerified) return deleteIndex(search, task.index)
  if (!isVerified) {
    // Without an alias of the task there is no write block of the task.
    for (const alias of index.aliases.filter(isWriteAlias)) await unblockIndexWrites(search, alias)
  }
  await replaceWriteAlias(search, index, null)
  if (isVerified) return { kind: 'finished' }
}
