import { isWriteAliasOf, listWriteAliases, replaceOwnWriteAlias } from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'
import { lockWaitMs } from '../same-run.ts'
import { areMoved, readTargets, recordMoves } from './move.ts'
import { finish } from './promote.ts'
import { changesOf, earlierState, isOnly, requestOf } from './state.ts'

/** Removes the write aliases of the task, so that no call can move an alias for this task any more. */
export async function cleanUp({ task, search }: StepContext): Promise<void> {
  await replaceOwnWriteAlias(search, task.index, task.id, null)
  if (!requestOf(task).with_filtered) return
  // A plan that did not end may have added one to a copy that the task's state does not name.
  for (const { index, alias } of await listWriteAliases(search, [`${task.model}-*`])) {
    if (isWriteAliasOf(task.id, alias)) await replaceOwnWriteAlias(search, index, task.id, null)
  }
}

/** Before the move there is nothing to undo. After it the task can't be cancelled and ends as succeeded. */
export async function cancel(context: StepContext): Promise<Finished | void> {
  const { task, store } = context
  const state = earlierState(context)
  if (!state) return cleanUp(context)
  return store.withModelLock(task.model, lockWaitMs, async (lock) => {
    await cleanUp(context)
    const changes = changesOf(task, state)
    if (!areMoved(changes, await readTargets(context, changes))) return
    // Each alias pointed there before: the task has moved nothing.
    if (changes.every(({ from, to }) => isOnly(from, to.uuid))) return
    await recordMoves(context, changes, lock)
    return finish(context)
  })
}
