import { addCatchUp, addCounts } from '../../../src/tasks/counts.ts'
import { fromItemToken, fromPageToken, toItemToken, toPageToken } from '../../../src/tasks/page-token.ts'
import type {
  EventQuery,
  ItemQuery,
  TaskEvent,
  TaskRate,
  TaskStatistics,
  TaskTotal,
} from '../../../src/tasks/task-history.ts'
import { toTaskItem } from '../../../src/tasks/task-item.ts'
import { toTaskRecord, type TaskRow } from '../../../src/tasks/task-record.ts'
import { isActive } from '../../../src/tasks/task-state.ts'
import type { TaskQuery } from '../../../src/tasks/task-store.ts'
import { isHeld, type Memory } from './memory.ts'

export function listTasks({ tasks }: Memory, query: TaskQuery) {
  const { model, action, status, index, requestedBy, active, pageSize, pageToken } = query
  const end = pageToken === undefined ? null : fromPageToken(pageToken)
  // Texts of one length sort as the moments that they are.
  const placeOf = ({ createdAt, id }: Pick<TaskRow, 'createdAt' | 'id'>) => `${createdAt} ${id}`
  const found = [...tasks.values()]
    .map(({ row }) => row)
    .filter(
      (row) =>
        (model === undefined || row.model === model) &&
        (action === undefined || row.action === action) &&
        (status === undefined || [status].flat().includes(row.status)) &&
        (requestedBy === undefined || row.requestedBy === requestedBy) &&
        (index === undefined || row.index === index) &&
        (!active || isActive(row)) &&
        (end === null || placeOf(row) < placeOf(end)),
    )
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
  const page = found.slice(0, pageSize).map(toTaskRecord)
  const last = page.at(-1)
  return { tasks: page, nextPageToken: last && found.length > page.length ? toPageToken(last) : null }
}

export function listItems(memory: Memory, taskId: string, { pageSize, pageToken }: ItemQuery) {
  const end = pageToken === undefined ? { stage: -1, ordinal: -1 } : fromItemToken(pageToken)
  const found = (memory.tasks.get(taskId)?.items ?? []).filter(
    ({ stage, ordinal }) => stage > end.stage || (stage === end.stage && ordinal > end.ordinal),
  )
  const items = found.slice(0, pageSize).map((row) => {
    const { stage, phase, ordinal, attempt, worker, leaseUntil, doneAt, payload, checkpoint } = row
    const shown = { stage, phase, ordinal, attempt, worker, leaseUntil, doneAt, payload, checkpoint }
    return toTaskItem({ ...shown, isHeld: isHeld(memory, leaseUntil) })
  })
  const last = items.at(-1)
  return { items, nextPageToken: last && found.length > items.length ? toItemToken(last) : null }
}

export function listEvents({ events }: Memory, { taskId, after = 0, limit }: EventQuery): TaskEvent[] {
  return events
    .filter((event) => event.id > after && (taskId === undefined || event.taskId === taskId))
    .slice(0, limit)
}

export function listRates({ tasks }: Memory, taskId: string): TaskRate[] {
  const task = tasks.get(taskId)
  return [...(task?.rates ?? [])].map(([at, documents]) => ({
    at: new Date(at).toISOString(),
    seconds: task?.row.rateSeconds ?? 0,
    documents,
  }))
}

export function readStatistics({ tasks, now }: Memory): TaskStatistics {
  const totals = new Map<string, TaskTotal>()
  let oldest = Infinity
  for (const { row } of tasks.values()) {
    const { action, status, counts, catchUp } = toTaskRecord(row)
    const before = totals.get(`${action} ${status}`)
    totals.set(`${action} ${status}`, {
      action,
      status,
      tasks: (before?.tasks ?? 0) + 1,
      counts: before ? addCounts(before.counts, counts) : counts,
      catchUp: before ? addCatchUp(before.catchUp, catchUp) : catchUp,
    })
    if (status === 'queued') oldest = Math.min(oldest, Date.parse(row.createdAt))
  }
  const oldestQueuedSeconds = Number.isFinite(oldest) ? Math.max(0, (now() - oldest) / 1_000) : null
  return { totals: [...totals.values()], oldestQueuedSeconds }
}
