import {
  deleteIndex,
  endSearchTasks,
  getIndex,
  liftWriteBlock,
  replaceWriteAlias,
  type IndexInfo,
} from '../../search/index.ts'
import type { StepContext, TaskRecord } from '../../tasks/index.ts'
import { earlierState, isAliasOf, sourceName, type FilterState } from './state.ts'

/** Lifts the block that the task put on its source; one that was there before has no mark, and stays. */
export async function releaseSource({ task, search }: StepContext): Promise<void> {
  const source = await getIndex(search, sourceName(task))
  for (const alias of source?.aliases ?? []) {
    if (source && isAliasOf(task, alias)) await liftWriteBlock(search, source.name, alias)
  }
}

/** Ends what runs on the half-built index and deletes it. An index that is not the task's own is left alone. */
export async function discardTarget(
  context: StepContext,
  isOwn: (target: IndexInfo) => boolean,
): Promise<void> {
  const { task, search } = context
  const target = await getIndex(search, task.index)
  if (!target || !isOwn(target)) return
  await endTargetTasks(context)
  await deleteIndex(search, task.index)
}

/** Of the run whose state it is, by the alias of its clone; without that only its last step was left to do. */
export function isTargetOf(state: FilterState | null) {
  return ({ aliases, uuid }: IndexInfo) =>
    state !== null && (aliases.includes(state.targetAlias) || uuid === state.targetUuid)
}

/** Ends the deletes and copies of this task that run in OpenSearch. */
export async function endTargetTasks({ task, search, clock, signal }: StepContext): Promise<void> {
  await endSearchTasks(search, (label) => label.includes(task.id), { clock, signal })
}

/** Nothing is left of a failed task: the source takes writes again, the half-built index is gone. */
export async function cleanUp(context: StepContext): Promise<void> {
  const { task, store } = context
  const current = await store.get(task.id)
  // A worker that was given up and fails late: the task is in other hands, or at its end.
  if (current && !isSameRun(current, task)) return
  const results = await Promise.allSettled([
    releaseSource(context),
    discardTarget(context, isTargetOf(earlierState(context))),
  ])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function isSameRun(current: TaskRecord, task: TaskRecord): boolean {
  return current.status === 'running' && current.stage === task.stage && current.attempt === task.attempt
}

/**
 * The source takes writes again, and the half-built index of a cancelled task is gone, or, when it was asked for, is
 * left as it is with nobody writing to it.
 */
export async function cancel(context: StepContext): Promise<void> {
  const { task, search } = context
  await releaseSource(context)
  const isOwn = (target: IndexInfo) =>
    isTargetOf(earlierState(context))(target) || target.aliases.some((alias) => isAliasOf(task, alias))
  if (!task.keepIndex) return discardTarget(context, isOwn)
  await endTargetTasks(context)
  const target = await getIndex(search, task.index)
  if (target && isOwn(target)) await replaceWriteAlias(search, target, null)
}
