import { IndexReplacedError } from '../../errors.ts'
import {
  checkFinishedIndex,
  countDataNodes,
  finishedSettings,
  getIndex,
  putSettings,
  readIndexStorage,
  replaceWriteAlias,
} from '../../search/index.ts'
import type { NextStep, StepContext } from '../../tasks/index.ts'
import { readState, sourceName } from './state.ts'

/** Gives the filtered index the settings that it is searched and kept up to date with, and ends the task. */
export async function restore(context: StepContext): Promise<NextStep> {
  const { task, store, search, settings } = context
  const state = readState(context)
  const { targetUuid, targetAlias, documents, deleted, filteredFrom, termsHash } = state
  const target = await getIndex(search, task.index)
  if (!target || target.uuid !== targetUuid) throw new IndexReplacedError(task.index)
  const finished = finishedSettings(settings, await countDataNodes(search))
  // Once more, for a worker that died after it was taken away.
  await replaceWriteAlias(search, target, targetAlias)
  await putSettings(search, { index: task.index, alias: targetAlias }, finished)
  const found = await checkFinishedIndex(search, target, {
    settings: finished,
    like: await getIndex(search, sourceName(task)),
    mappings: { _meta: { task_id: task.id, filtered_from: filteredFrom } },
  })
  const storage = await readIndexStorage(search, task.index)
  const warnings = [...state.warnings, ...found]
  // The last step: without its alias the index is no longer the task's to delete.
  await replaceWriteAlias(search, target, null)
  const source = await store.getIndex(filteredFrom)
  return {
    kind: 'finished',
    verified: {
      uuid: target.uuid,
      name: target.name,
      documents: (documents ?? 0) - (deleted ?? 0),
      asOf: task.asOf,
      filteredFrom,
      termsHash,
      mark: source?.mark ?? null,
    },
    result: {
      deleted: deleted ?? 0,
      bytes: storage?.bytes ?? null,
      ...(warnings.length > 0 && { warnings }),
    },
  }
}
