import { IndexNotFoundError, IndexReplacedError, SearchUnavailableError } from '../../errors.ts'
import { deleteIndex as deleteFromSearch, getIndex, readIndexStatistics } from '../../search/index.ts'
import type { ItemContext, ModelLock, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { lockWaitMs, requireSameRun } from '../same-run.ts'
import { findPreconditionFailures } from './precondition-failures.ts'
import { earlierState, readState, type DeleteState } from './state.ts'

/**
 * Records the UUID of the index before it is deleted.
 *
 * @throws IndexNotFoundError, and the first precondition failure
 */
export async function plan(context: StepContext): Promise<NextStep> {
  const { task, search, settings, store } = context
  const found = await getIndex(search, task.index)
  const earlier = earlierState(context)
  // The index is missing and this task had planned to delete it: an earlier run did, and died before it recorded that.
  if (!found && earlier) return toDeleting(earlier)
  if (!found) throw new IndexNotFoundError(task.index)
  const [failure] = await findPreconditionFailures({ settings, model: task.model, records: store }, found)
  if (failure) throw failure
  const [statistics] = await readIndexStatistics(search, task.index)
  const documents = statistics?.documents ?? (await store.getIndex(found.uuid))?.documents ?? null
  return toDeleting({ uuid: found.uuid, documents })
}

function toDeleting(state: DeleteState): NextStep {
  return { kind: 'phase', phase: 'deleting', items: [{ payload: null }], state }
}

/** Deletes the index under the lock that a promotion also takes, so each sees the result of the other. */
export async function remove(context: ItemContext): Promise<WorkResult> {
  const { store, task } = context
  await store.withModelLock(task.model, lockWaitMs, (lock) => removeLocked(context, lock))
  return { kind: 'done', result: null }
}

async function removeLocked({ task, search, settings, signal }: ItemContext, lock: ModelLock): Promise<void> {
  await requireSameRun(lock, task)
  const { uuid } = readState({ task })
  const found = await getIndex(search, task.index)
  if (found) {
    if (found.uuid !== uuid) throw new IndexReplacedError(task.index)
    const [failure] = await findPreconditionFailures({ settings, model: task.model, records: lock }, found)
    if (failure) throw failure
    await lock.assertHeld()
    signal.throwIfAborted()
    await deleteFromSearch(search, task.index)
    if ((await getIndex(search, task.index))?.uuid === uuid) {
      throw new SearchUnavailableError(`OpenSearch has not deleted index ${task.index} yet`)
    }
  }
  await lock.removeIndex(uuid)
}

export async function afterDeleting(context: StepContext): Promise<NextStep> {
  return finish(context)
}

export function finish(context: Pick<StepContext, 'task'>): Extract<NextStep, { kind: 'finished' }> {
  return { kind: 'finished', result: { documents: readState(context).documents } }
}
