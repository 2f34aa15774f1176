import { findAliasTargets, replaceOwnWriteAlias } from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'
import { lockWaitMs } from '../same-run.ts'
import { finish, recordMove } from './promote.ts'
import { earlierState, isOnly, requestOf } from './state.ts'

/** Removes the mark from the index, so that no call can move the alias for this task any more. */
export async function cleanUp({ task, search }: StepContext): Promise<void> {
  await replaceOwnWriteAlias(search, task.index, task.id, null)
}

/** Before the move there is nothing to undo. After it the task can't be cancelled and ends as succeeded. */
export async function cancel(context: StepContext): Promise<Finished | void> {
  const { task, search, store } = context
  const state = earlierState(context)
  if (!state) return cleanUp(context)
  return store.withModelLock(task.model, lockWaitMs, async (lock) => {
    await cleanUp(context)
    const targets = await findAliasTargets(search, requestOf(task).alias)
    if (!isOnly(targets, state.uuid) || isOnly(state.from, state.uuid)) return
    await recordMove(context, state, lock)
    return finish(context)
  })
}
