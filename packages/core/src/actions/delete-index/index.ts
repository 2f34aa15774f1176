import { IndexNotFoundError } from '../../errors.ts'
import { getIndex } from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'
import { defineAction } from '../define-action.ts'
import { lockWaitMs } from '../same-run.ts'
import { afterDeleting, finish, plan, remove } from './delete.ts'
import { forecastDeletion } from './forecast.ts'
import { findPreconditionFailures } from './precondition-failures.ts'
import { deletedIndexName, earlierState } from './state.ts'

/** Timeout of the OpenSearch checks during `POST /task`, milliseconds. */
const checkTimeoutMs = 3_000

/** Deletes an index that is no longer needed. */
export const deleteIndex = defineAction({
  name: 'DELETE_INDEX',

  reserve(request) {
    const index = deletedIndexName(request)
    return { request, index, reserve: [index] }
  },

  async check({ search, settings, store }, { model }, index) {
    const found = await getIndex(search, index, checkTimeoutMs)
    if (!found) throw new IndexNotFoundError(index)
    const [failure] = await findPreconditionFailures({ settings, model, records: store }, found)
    if (failure) throw failure
  },

  phases: {
    planning: { next: plan },
    deleting: { work: remove, next: afterDeleting },
  },

  /** Nothing to clean up: an index exists or it is deleted. */
  async cleanUp() {},

  cancel,
  forecast: forecastDeletion,
})

/** A deleted index can't be restored, so a cancel after the delete ends as succeeded. */
async function cancel(context: StepContext): Promise<Finished | void> {
  const { task, search, store } = context
  const state = earlierState(context)
  if (!state) return
  return store.withModelLock(task.model, lockWaitMs, async (lock) => {
    if ((await getIndex(search, task.index))?.uuid === state.uuid) return
    await lock.removeIndex(state.uuid)
    return finish(context)
  })
}
