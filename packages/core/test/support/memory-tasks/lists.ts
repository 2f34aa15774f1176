import { addCatchUp, addCounts } from '../../../src/tasks/counts.ts'
import { fromItemToken, toItemToken } from '../../../src/tasks/page-token.ts'
import type {
  EventQuery,
  ItemQuery,
  TaskEvent,
  TaskRate,
  TaskStatistics,
  TaskTotal,
} from '../../../src/tasks/task-history.ts'
import { toTaskItem } from '../../../src/tasks/task-item.ts'
import { toTaskRecord } from '../../../src/tasks/task-record.ts'
import { isHeld, type Memory } from './memory.ts'
import { summarizeItems } from './summarize-items.ts'

export function listItems(memory: Memory, taskId: string, { pageSize, pageToken }: ItemQuery) {
  const end = pageToken === undefined ? { stage: -1, ordinal: -1 } : fromItemToken(pageToken)
  const found = (memory.tasks.get(taskId)?.items ?? []).filter(
    ({ stage, ordinal }) => stage > end.stage || (stage === end.stage && ordinal > end.ordinal),
  )
  const items = found.slice(0, pageSize).map((row) => {
    const { stage, phase, ordinal, attempt, worker, leaseUntil, startedAt, doneAt, payload, checkpoint } = row
    const shown = {
      ...{ stage, phase, ordinal, attempt, worker, leaseUntil, startedAt, doneAt, payload, checkpoint },
    }
    return toTaskItem({ ...shown, isHeld: isHeld(memory, row.leaseUntil) })
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
  return [...(task?.rates.values() ?? [])].map(({ at, documents, boundBy }) => ({
    at: new Date(at).toISOString(),
    seconds: task?.row.rateSeconds ?? 0,
    documents,
    boundBy,
  }))
}

export function summarizeTaskItems(memory: Memory, taskId: string) {
  return summarizeItems(listItems(memory, taskId, { pageSize: Infinity }).items)
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
