import { IndexNotFoundError } from '../../errors.ts'
import { getIndex } from '../../search/index.ts'
import type { Finished, StepContext } from '../../tasks/index.ts'
import { defineAction } from '../define-action.ts'
import { lockWaitMs } from '../same-run.ts'
import { afterDeleting, finish, plan, remove } from './delete.ts'
import { forecastDeletion } from './forecast.ts'
import { findRefusals } from './refusals.ts'
import { deletedIndexName, earlierState } from './state.ts'

/** How long an answer to `POST /task` waits for OpenSearch, milliseconds. */
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
    const [refusal] = await findRefusals({ settings, model, records: store }, found)
    if (refusal) throw refusal
  },

  phases: {
    planning: { next: plan },
    deleting: { work: remove, next: afterDeleting },
  },

  /** There is nothing half done: an index is there, or it is gone. */
  async cleanUp() {},

  cancel,
  forecast: forecastDeletion,
})

/** What is deleted can't be brought back: then the task ends as what it is, succeeded. */
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
