import { classifyError, unavailableService } from '../classify-error.ts'
import type { ActionName, TaskPlan } from '../contract/index.ts'
import { IngestionError, SearchRefusedError } from '../errors.ts'
import { readFreeDisk } from '../search/index.ts'
import type { Estimates, TaskContext, TaskRecord } from '../tasks/index.ts'

/** Forecast of a task that nothing is known about. */
export const unknown: Estimates = {
  rows: null,
  documents: null,
  bytes: null,
  seconds: null,
  shards: null,
  replicas: null,
  disk: null,
  catch_up_by: null,
  checks: [],
  warnings: [],
  moves: [],
  exceptions: [],
}

/** The newest succeeded task of this action and model, as an estimate for the next one. */
export async function findLast(
  { store }: Pick<TaskContext, 'store'>,
  model: string,
  action: ActionName,
): Promise<TaskRecord | null> {
  const { tasks } = await store.list({ model, action, status: 'succeeded', pageSize: 1 })
  return tasks[0] ?? null
}

/** Seconds from a task's start to its end; null when it has not ended. */
export function secondsOf({ startedAt, finishedAt }: TaskRecord): number | null {
  if (startedAt === null || finishedAt === null) return null
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000
}

/**
 * Required bytes, and free bytes on all data nodes together; null when no node reports them.
 *
 * @param bytes of the primary shards
 */
export async function compareDisk(
  { search }: Pick<TaskContext, 'search'>,
  bytes: number,
  replicas: number,
): Promise<TaskPlan['disk']> {
  // The role lacks the right; the disk check reports that.
  const free = await readFreeDisk(search).catch(noneIfRefused)
  if (free.length === 0) return null
  return {
    // One copy more, because a merge writes new segments before the old ones are deleted.
    needed_bytes: Math.ceil(bytes * (2 + replicas)),
    free_bytes: free.reduce((sum, node) => sum + node, 0),
  }
}

function noneIfRefused(thrown: unknown): number[] {
  if (classifyError(thrown) instanceof SearchRefusedError) return []
  throw thrown
}

/** The error that a check refuses with. Unexpected errors and unavailable services are rethrown. */
export async function preconditionFailureOf(check: Promise<unknown>): Promise<IngestionError | null> {
  try {
    await check
    return null
  } catch (thrown) {
    const error = classifyError(thrown)
    if (error instanceof IngestionError && unavailableService(error) === null) return error
    throw error
  }
}
