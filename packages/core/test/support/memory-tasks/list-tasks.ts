import { durationSample, taskStatuses } from '../../../src/contract/index.ts'
import { fromPageToken, toPageToken } from '../../../src/tasks/page-token.ts'
import { idsFrom, toUtc, type TaskMatches, type TaskSummary } from '../../../src/tasks/task-query.ts'
import { placeOf } from '../../../src/tasks/task-place.ts'
import { toSortable } from '../sortable-time.ts'
import { toTaskRecord, type TaskRow } from '../../../src/tasks/task-record.ts'
import { isActive } from '../../../src/tasks/task-state.ts'
import type { TaskQuery } from '../../../src/tasks/task-store.ts'
import { isoNow, type Memory } from './memory.ts'

export function listTasks(memory: Memory, query: TaskQuery) {
  const { sort = 'newest', pageSize, pageToken } = query
  const end = pageToken === undefined ? null : fromPageToken(pageToken, sort)
  const at = end?.at ?? isoNow(memory)
  // Texts of one length sort as the times and numbers that they are; `infinity` is above all times.
  const keyOf = (place: string, id: string) => `${sort === 'longest' ? place.padStart(20, '0') : place} ${id}`
  const rank = (row: TaskRow) => keyOf(placeOf(sort, row, at), row.id)
  const isBefore = (a: string, b: string) => (sort === 'oldest' ? a < b : a > b)
  const found = [...memory.tasks.values()]
    .map(({ row }) => row)
    .filter((row) => matches(row, query) && (end === null || isBefore(keyOf(end.place, end.id), rank(row))))
    .sort((a, b) => (isBefore(rank(a), rank(b)) ? -1 : 1))
  const page = found.slice(0, pageSize).map(toTaskRecord)
  const last = page.at(-1)
  if (!last || found.length === page.length) return { tasks: page, nextPageToken: null }
  const place = placeOf(sort, last, at)
  return { tasks: page, nextPageToken: toPageToken({ sort, place, id: last.id, at }) }
}

export function summarizeTasks({ tasks }: Memory, query: TaskMatches): TaskSummary {
  const rows = [...tasks.values()].map(({ row }) => row)
  const counts = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as TaskSummary['counts']
  const failures = new Map<string, TaskSummary['failures'][number]>()
  const found = rows.filter((row) => matches(row, { ...query, status: undefined }))
  for (const { status, error, id, finishedAt } of found.sort(byEnd)) {
    counts[status]++
    if (status !== 'failed' || !error || finishedAt === null) continue
    const newer = failures.get(error.code)
    if (newer) newer.count++
    else failures.set(error.code, { code: error.code, count: 1, latestTaskId: id, latestAt: finishedAt })
  }
  return {
    counts,
    failures: [...failures.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    durations: listDurations(rows),
  }
}

function listDurations(rows: readonly TaskRow[]): TaskSummary['durations'] {
  const kinds = Map.groupBy(
    rows.filter(({ status, startedAt }) => status === 'succeeded' && startedAt !== null),
    ({ model, action }) => `${model} ${action}`,
  )
  return [...kinds.entries()].sort(byKey).flatMap(([, tasks]) => {
    const [first] = tasks
    const last = tasks.sort(byEnd).slice(0, durationSample)
    const seconds = last.map((row) => Number(placeOf('longest', row, row.finishedAt ?? '')) / 1e6)
    return first
      ? [{ model: first.model, action: first.action, medianSeconds: median(seconds), count: last.length }]
      : []
  })
}

const byEnd = (a: TaskRow, b: TaskRow) =>
  `${a.finishedAt ?? ''} ${a.id}` < `${b.finishedAt ?? ''} ${b.id}` ? 1 : -1
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0]
  return (low + high) / 2
}

function matches(row: TaskRow, query: TaskMatches): boolean {
  const { q, model, action, status, errorCode, index, requestedBy, createdAfter, createdBefore } = query
  const { finishedAfter, finishedBefore } = query
  const isOneOf = (value: string | undefined, wanted: string | readonly string[] | undefined) =>
    wanted === undefined || (value !== undefined && [wanted].flat().includes(value))
  return (
    isOneOf(row.model, model) &&
    isOneOf(row.action, action) &&
    isOneOf(row.status, status) &&
    isOneOf(row.error?.code, errorCode) &&
    (index === undefined || row.index === index) &&
    (requestedBy === undefined || row.requestedBy === requestedBy) &&
    isWithin(row.createdAt, createdAfter, createdBefore) &&
    isWithin(row.finishedAt, finishedAfter, finishedBefore) &&
    (!query.active || isActive(row)) &&
    (q === undefined || containsText(row, q.toLowerCase()))
  )
}

function isWithin(instant: string | null, after: string | undefined, before: string | undefined): boolean {
  if (after === undefined && before === undefined) return true
  return (
    instant !== null &&
    (after === undefined || toSortable(instant) >= toSortable(toUtc(after))) &&
    (before === undefined || toSortable(instant) < toSortable(toUtc(before)))
  )
}

function containsText({ id, index, error, requestedBy }: TaskRow, text: string): boolean {
  const ids = idsFrom(text)
  return (
    (ids !== null && id >= ids.from && id <= ids.to) ||
    [index, error?.code, requestedBy].some((value) => value?.toLowerCase().includes(text))
  )
}
