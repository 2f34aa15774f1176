import { DocumentsFailedError } from '../../errors.ts'
import {
  checkFinishedIndex,
  finishedSettings,
  getIndex,
  isWriteAlias,
  putSettings,
  readIndexStorage,
  replaceWriteAlias,
  writeAliasName,
} from '../../search/index.ts'
import { leastReliable } from '../../rows/index.ts'
import { toTaskError, type NextStep, type StepContext } from '../../tasks/index.ts'
import { builtIndex, earlierState, readState } from './state.ts'
import { describeVerification } from './verification-depth.ts'

/** Sets the finished index's settings for searches and updates, and ends the task. */
export async function restore(context: StepContext): Promise<NextStep> {
  const { task, store, search, settings, model } = context
  const state = readState(context)
  const index = builtIndex(context, state)
  // Removes the alias that writes were blocked through. Repeated in case a worker died right after the removal.
  const alias = writeAliasName(task, state.aliasNumber)
  await replaceWriteAlias(search, index, alias)
  const finished = finishedSettings(settings, state.dataNodes)
  await putSettings(search, { index: task.index, alias }, finished)
  await replaceWriteAlias(search, index, null)
  const warnings = await checkFinishedIndex(search, index, {
    settings: finished,
    mappings: { dynamic: model.mappings.dynamic, _meta: { task_id: task.id } },
  })

  const failed = await store.countFailedDocuments(task.id)
  const maxFailed = task.request.action === 'REINDEX' ? (task.request.max_failed ?? 0) : 0
  if (failed > maxFailed) {
    return { kind: 'failed', error: toTaskError(new DocumentsFailedError(task.index, failed, maxFailed)) }
  }
  const storage = await readIndexStorage(search, task.index)
  return {
    kind: 'finished',
    verified: { ...index, documents: state.documents ?? 0, asOf: task.asOf, mark: state.mark },
    result: {
      catch_up_by: state.catchUpBy && leastReliable(state.catchUpBy),
      verification: describeVerification(context, state.verification, state.documents ?? 0),
      bytes: storage?.bytes ?? null,
      ...(warnings.length > 0 && { warnings }),
    },
  }
}

/** Removes the aliases of a failed task's index, so that nothing can write to it. The documents stay, for a retry. */
export async function cleanUp(context: StepContext): Promise<void> {
  const { task, search } = context
  const state = earlierState(context)
  const found = await getIndex(search, task.index)
  if (!state || found?.uuid !== state.indexUuid) return
  if (found.aliases.some(isWriteAlias)) await replaceWriteAlias(search, found, null)
}
