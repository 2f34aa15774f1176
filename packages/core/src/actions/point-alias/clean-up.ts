import { findAliasTargets, replaceOwnWriteAlias } from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'
import { lockWaitMs } from '../same-run.ts'
import { finish, recordMove } from './promote.ts'
import { earlierState, isOnly, requestOf } from './state.ts'

/** Removes the mark from the index: from then on no call moves the alias for this task. */
export async function cleanUp({ task, search }: StepContext): Promise<void> {
  await replaceOwnWriteAlias(search, task.index, task.id, null)
}

/** Before the alias was moved nothing is; afterwards it is too late, and the task ends as what it is: succeeded. */
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
