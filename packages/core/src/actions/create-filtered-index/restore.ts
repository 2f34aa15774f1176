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

/** Sets the filtered index's settings for searches and updates, and ends the task. */
export async function restore(context: StepContext): Promise<NextStep> {
  const { task, store, search, settings } = context
  const state = readState(context)
  const { targetUuid, targetAlias, documents, deleted, filteredFrom, termsHash } = state
  const target = await getIndex(search, task.index)
  if (!target || target.uuid !== targetUuid) throw new IndexReplacedError(task.index)
  const finished = finishedSettings(settings, await countDataNodes(search))
  // Repeated in case a worker died right after the removal.
  await replaceWriteAlias(search, target, targetAlias)
  await putSettings(search, { index: task.index, alias: targetAlias }, finished)
  const found = await checkFinishedIndex(search, target, {
    settings: finished,
    like: await getIndex(search, sourceName(task)),
    mappings: { _meta: { task_id: task.id, filtered_from: filteredFrom } },
  })
  const storage = await readIndexStorage(search, task.index)
  const warnings = [...state.warnings, ...found]
  // Last step: without its alias the index no longer belongs to the task, so no cleanup deletes it.
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
