import type { ActionName, TaskSort, TaskStatus } from '../contract/index.ts'

/** Which tasks: a task has to match all that is given. A list stands for any of its values. */
export interface TaskMatches {
  /** Part of the index name, the error code or the requester, or the start of the id; in any case. */
  q?: string | undefined
  model?: string | readonly string[] | undefined
  action?: ActionName | readonly ActionName[] | undefined
  status?: TaskStatus | readonly TaskStatus[] | undefined
  errorCode?: string | readonly string[] | undefined
  index?: string | undefined
  requestedBy?: string | undefined
  /** Created at this time or later; RFC 3339. */
  createdAfter?: string | undefined
  /** Created before this time; RFC 3339. */
  createdBefore?: string | undefined
  /** Finished at this time or later; RFC 3339. */
  finishedAfter?: string | undefined
  /** Finished before this time; RFC 3339. */
  finishedBefore?: string | undefined
  /** Only queued or running tasks. */
  active?: boolean | undefined
}

export interface TaskQuery extends TaskMatches {
  /** Default `newest`. */
  sort?: TaskSort | undefined
  pageSize: number
  pageToken?: string | undefined
}

/** Failed tasks with the same error code. */
export interface TaskFailures {
  code: string
  count: number
  /** The one that failed last, and when. */
  latestTaskId: string
  latestAt: string
}

/** How long the last succeeded tasks of a kind took from start to end. */
export interface TaskDuration {
  model: string
  action: ActionName
  medianSeconds: number
  count: number
}

export interface TaskSummary {
  /** Every status, whatever `TaskMatches.status` is. */
  counts: Record<TaskStatus, number>
  /** Most frequent first. */
  failures: TaskFailures[]
  /** Of all tasks, whatever the query is. */
  durations: TaskDuration[]
}

/**
 * The ids of tasks that start with a text, as the smallest and the largest; null if no id does.
 *
 * @example
 * idsFrom('0190F') // { from: '0190f000-0000-…', to: '0190ffff-ffff-…' }
 */
export function idsFrom(text: string): { from: string; to: string } | null {
  const start = text.toLowerCase()
  const fill = (digits: string) => start + digits.slice(start.length)
  const from = fill('00000000-0000-0000-0000-000000000000')
  const hasForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(from)
  return hasForm ? { from, to: fill('ffffffff-ffff-ffff-ffff-ffffffffffff') } : null
}

/** No task is older or newer; Postgres and Date have all times between. */
const firstMs = 0
const lastMs = Date.parse('9999-12-31T23:59:59Z')

/** An RFC 3339 time with any offset as ISO 8601 in UTC with its whole fraction. */
export function toUtc(moment: string): string {
  const ms = Date.parse(moment)
  const fraction = /\.\d{1,6}/.exec(moment)?.[0] ?? ''
  if (ms < firstMs) return '1970-01-01T00:00:00Z'
  return ms > lastMs ? '9999-12-31T23:59:59Z' : `${new Date(ms).toISOString().slice(0, 19)}${fraction}Z`
}
