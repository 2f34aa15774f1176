import { buildingActions, type Build, type BuildingAction, type BuildList } from '../../contract/index.ts'
import { classifyError, unavailableService } from '../../classify-error.ts'
import { ModelNotFoundError } from '../../index-errors.ts'
import { listIndexInfos, readIndexStatistics } from '../../search/index.ts'
import type { TaskRecord } from '../../tasks/index.ts'
import type { OverviewContext } from './list-indices.ts'

interface BuildFilter {
  /** Default: all that create an index. */
  action?: readonly BuildingAction[] | undefined
  limit: number
}

/**
 * The indices that tasks of a model built, newest first, also those that were deleted since; for charts over the
 * generations. While OpenSearch is unavailable, what only it has is null.
 *
 * @throws ModelNotFoundError
 */
export async function listBuilds(
  context: OverviewContext,
  model: string,
  { action = buildingActions, limit }: BuildFilter,
): Promise<BuildList> {
  const { models, store } = context
  if (!models.some(({ name }) => name === model))
    throw new ModelNotFoundError(
      model,
      models.map(({ name }) => name),
    )
  const { tasks } = await store.list({
    model,
    action,
    status: 'succeeded',
    sort: 'recently_finished',
    pageSize: limit,
  })
  const living = tasks.length === 0 ? null : await readLiving(context, `${model}-*`)
  return {
    builds: tasks.map((task) => {
      const bytesNow = living?.get(`${task.index} ${task.id}`)
      return toBuild(task, { exists: living && bytesNow !== undefined, bytesNow: bytesNow ?? null })
    }),
  }
}

/**
 * The sizes of the indices that exist, by name and task: an index names its task, so an index that another task built
 * later under the same name is a different one.
 *
 * @returns null while OpenSearch is unavailable
 */
async function readLiving(
  { search }: OverviewContext,
  pattern: string,
): Promise<Map<string, number | null> | null> {
  try {
    const [statistics, infos] = await Promise.all([
      readIndexStatistics(search, pattern),
      listIndexInfos(search, pattern),
    ])
    const sizes = new Map(statistics.map(({ uuid, bytes }) => [uuid, bytes]))
    return new Map(
      infos.map(({ name, uuid, meta }) => [`${name} ${String(meta['task_id'])}`, sizes.get(uuid) ?? null]),
    )
  } catch (error) {
    if (unavailableService(classifyError(error)) === 'opensearch') return null
    throw error
  }
}

/** @param state.bytesNow for tasks of earlier releases, which did not record the size */
function toBuild(
  task: TaskRecord,
  { exists, bytesNow }: { exists: boolean | null; bytesNow: number | null },
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
