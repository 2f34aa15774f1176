import { actionNames, findActionFacts, type Build, type BuildList } from '../../contract/index.ts'
import { ModelNotFoundError } from '../../index-errors.ts'
import { listIndexInfos, readIndexStatistics } from '../../search/index.ts'
import type { TaskRecord } from '../../tasks/index.ts'
import type { OverviewContext } from './list-indices.ts'

const buildingActions = actionNames.filter((name) => findActionFacts(name)?.createsIndex === true)

/**
 * The indices that tasks of a model built, newest first, also those that were deleted since; for charts over the
 * generations.
 *
 * @throws ModelNotFoundError
 */
export async function listBuilds(context: OverviewContext, model: string, limit: number): Promise<BuildList> {
  const { models, search, store } = context
  if (!models.some(({ name }) => name === model))
    throw new ModelNotFoundError(
      model,
      models.map(({ name }) => name),
    )
  const { tasks } = await store.list({
    model,
    action: buildingActions,
    status: 'succeeded',
    sort: 'recently_finished',
    pageSize: limit,
  })
  const pattern = `${model}-*`
  const statistics = tasks.length === 0 ? [] : await readIndexStatistics(search, pattern)
  const infos = statistics.length === 0 ? [] : await listIndexInfos(search, pattern)
  const sizes = new Map(statistics.map(({ uuid, bytes }) => [uuid, bytes]))
  // An index names its task, so an index that another task built later under the same name is a different one.
  const living = new Map(infos.map(({ name, uuid, meta }) => [`${name} ${String(meta['task_id'])}`, uuid]))
  return {
    builds: tasks.map((task) => {
      const uuid = living.get(`${task.index} ${task.id}`)
      return toBuild(task, { exists: uuid !== undefined, bytesNow: sizes.get(uuid ?? '') ?? null })
    }),
  }
}

/** @param state.bytesNow for tasks of earlier releases, which did not record the size */
function toBuild(
  task: TaskRecord,
  { exists, bytesNow }: { exists: boolean; bytesNow: number | null },
): Build {
  const { id, action, index, createdAt, startedAt, finishedAt, documents, result, asOf } = task
  const start = startedAt ?? createdAt
  const end = finishedAt ?? start
  const bytes = result?.['bytes']
  return {
    task_id: id,
    action,
    index,
    started_at: start,
    finished_at: end,
    duration_seconds: Math.max(0, Date.parse(end) - Date.parse(start)) / 1_000,
    documents,
    bytes: typeof bytes === 'number' ? bytes : bytesNow,
    as_of: asOf,
    exists,
  }
}
