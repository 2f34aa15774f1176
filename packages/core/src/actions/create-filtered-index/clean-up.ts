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

/** Lifts the block that the task put on its source; one that was there before has no mark, and stays. */
export async function releaseSource({ task, search }: StepContext): Promise<void> {
  const source = await getIndex(search, sourceName(task))
  for (const alias of source?.aliases ?? []) {
    if (source && isWriteAliasOf(task.id, alias)) await liftWriteBlock(search, source.name, alias)
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

/** Of any run of the task. */
export function isTargetOfAnyRun(context: StepContext) {
  const isOfEarlierRun = isTargetOf(earlierState(context))
  return (target: IndexInfo) =>
    isOfEarlierRun(target) || target.aliases.some((alias) => isWriteAliasOf(context.task.id, alias))
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

/** Nothing is left of a cancelled task either, whatever it was asked to keep: half-filtered is not filtered. */
export async function cancel(context: StepContext): Promise<void> {
  await releaseSource(context)
  await discardTarget(context, isTargetOfAnyRun(context))
}
