import {
  deleteIndex,
  endSearchTasks,
  getIndex,
  isWriteAliasOf,
  liftWriteBlock,
  type IndexInfo,
} from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { isSameRun } from '../same-run.ts'
import { earlierState, sourceName, type FilterState } from './state.ts'

/** Removes the write block that the task put on its source. A block that existed before has no such alias and stays. */
export async function releaseSource({ task, search }: StepContext): Promise<void> {
  const source = await getIndex(search, sourceName(task))
  for (const alias of source?.aliases ?? []) {
    if (source && isWriteAliasOf(task.id, alias)) await liftWriteBlock(search, source.name, alias)
  }
}

/** Cancels OpenSearch tasks on the half-built index and deletes it. An index of another task is left alone. */
export async function deleteTarget(
  context: StepContext,
  isOwn: (target: IndexInfo) => boolean,
): Promise<void> {
  const { task, search } = context
  const target = await getIndex(search, task.index)
  if (!target || !isOwn(target)) return
  await endTargetTasks(context)
  await deleteIndex(search, task.index)
}

/**
 * Matches the target of this run by the alias of its clone. Without that alias, only the last step of the run was
 * missing.
 */
export function isTargetOf(state: FilterState | null) {
  return ({ aliases, uuid }: IndexInfo) =>
    state !== null && (aliases.includes(state.targetAlias) || uuid === state.targetUuid)
}

/** Cancels the deletes and copies of this task that run in OpenSearch. */
export async function endTargetTasks({ task, search, clock, signal }: StepContext): Promise<void> {
  await endSearchTasks(search, (label) => label.includes(task.id), { clock, signal })
}

/** Matches the target of any run of the task. */
export function isTargetOfAnyRun(context: StepContext) {
  const isOfEarlierRun = isTargetOf(earlierState(context))
  return (target: IndexInfo) =>
    isOfEarlierRun(target) || target.aliases.some((alias) => isWriteAliasOf(context.task.id, alias))
}

/** Cleans up a failed task: the source accepts writes again, and the half-built index is deleted. */
export async function cleanUp(context: StepContext): Promise<void> {
  const { task, store } = context
  const current = await store.get(task.id)
  // This worker lost its lease and failed late: another worker has the task, or the task has ended.
  if (current && !isSameRun(current, task)) return
  const results = await Promise.allSettled([
    releaseSource(context),
    deleteTarget(context, isTargetOf(earlierState(context))),
  ])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/** Cleans up a cancelled task, even with `keep_index`: a partly filtered index contains sensitive documents. */
export async function cancel(context: StepContext): Promise<void> {
  await releaseSource(context)
  await deleteTarget(context, isTargetOfAnyRun(context))
}
