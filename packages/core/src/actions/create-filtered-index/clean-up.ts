import { deleteIndex, endSearchTasks, getIndex, liftWriteBlock } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { earlierState, isAliasOf, sourceName } from './state.ts'

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
  isOwnAlias: (alias: string) => boolean,
): Promise<void> {
  const { task, search } = context
  const target = await getIndex(search, task.index)
  if (!target?.aliases.some(isOwnAlias)) return
  await endTargetTasks(context)
  await deleteIndex(search, task.index)
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
  if (current && (current.stage !== task.stage || current.attempt !== task.attempt)) return
  const targetAlias = earlierState(context)?.targetAlias
  const results = await Promise.allSettled([
    releaseSource(context),
    discardTarget(context, (alias) => alias === targetAlias),
  ])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
