import type { TaskEventType } from '../../contract/index.ts'
import { addCatchUp, addCounts } from '../counts.ts'
import { fromItemToken, toItemToken } from '../page-token.ts'
import { coarsenRates, maxRatePoints, ratePointAt } from '../rates.ts'
import type {
  EventQuery,
  ItemQuery,
  TaskEvent,
  TaskItem,
  TaskRate,
  TaskStatistics,
  TaskTotal,
} from '../task-history.ts'
import { toTaskItem } from '../task-item.ts'
import type { TaskRecord } from '../task-store.ts'
import { isWorthKeeping, quietMs, type OutageEvent } from '../task-state.ts'
import { copy, isoNow, type MemoryState, type StoredTask } from './memory-state.ts'

export function recordEvent(
  state: MemoryState,
  { record }: StoredTask,
  type: TaskEventType,
  data: Record<string, unknown> = {},
): void {
  const { id: taskId, phase, attempt } = record
  const id = state.events.length + 1
  state.events.push({ id, taskId, type, at: isoNow(state), phase, attempt, data: copy(data) })
}

export function recordOutageEvent(
  state: MemoryState,
  task: StoredTask,
  type: OutageEvent['type'],
  data: Record<string, unknown> = {},
): void {
  const { id, attempt } = task.record
  const last = state.events
    .filter((event) => event !== null)
    .findLast(
      (event) =>
        event.taskId === id &&
        event.attempt === attempt &&
        (event.type === 'waiting' || event.type === 'resumed'),
    )
  const known = last && {
    // Only these two were looked for.
    type: last.type as OutageEvent['type'],
    recent: Date.parse(last.at) > state.now() - quietMs,
  }
  if (isWorthKeeping(type, known)) recordEvent(state, task, type, data)
}

export function listEvents({ events }: MemoryState, { taskId, after = 0, limit }: EventQuery): TaskEvent[] {
  return events
    .filter((event) => event !== null)
    .filter((event) => event.id > after && (taskId === undefined || event.taskId === taskId))
    .slice(0, limit)
}

export function addToRates({ now }: MemoryState, { rates }: StoredTask, documents: number): void {
  if (documents === 0) return
  const at = ratePointAt(now(), rates.seconds)
  const point = rates.points.find((each) => each.at === at)
  if (point) {
    point.documents += documents
    return
  }
  rates.points.push({ at, documents })
  if (rates.points.length <= maxRatePoints) return
  rates.seconds *= 2
  rates.points = coarsenRates(rates.points, rates.seconds)
}

export function listRates({ tasks }: MemoryState, taskId: string): TaskRate[] {
  const { seconds, points } = tasks.get(taskId)?.rates ?? { seconds: 0, points: [] }
  return points.map(({ at, documents }) => ({ at: new Date(at).toISOString(), seconds, documents }))
}

export function listItems(
  { tasks, now }: MemoryState,
  taskId: string,
  { pageSize, pageToken }: ItemQuery,
): { items: TaskItem[]; nextPageToken: string | null } {
  const end = pageToken === undefined ? { stage: -1, ordinal: -1 } : fromItemToken(pageToken)
  const stages = [...(tasks.get(taskId)?.stages ?? [])].sort(([a], [b]) => a - b)
  const items = stages
    .flatMap(([stage, { phase, items: stored }]) =>
      stored.map(({ payload, checkpoint, doneAt, lease: { attempt, until, worker } }, ordinal) =>
        toTaskItem({
          stage,
          phase,
          ordinal,
          attempt,
          worker,
          leaseUntil: until === null ? null : new Date(until).toISOString(),
          doneAt,
          payload,
          checkpoint,
          isHeld: until !== null && until > now(),
        }),
      ),
    )
    .filter(({ stage, ordinal }) => stage > end.stage || (stage === end.stage && ordinal > end.ordinal))
  const page = items.slice(0, pageSize)
  const last = page.at(-1)
  return { items: page, nextPageToken: last && items.length > page.length ? toItemToken(last) : null }
}

/** Adds a task to the totals of its action and status. */
export function addToTotals(totals: Map<string, TaskTotal>, record: TaskRecord): void {
  const { action, status, counts, catchUp } = record
  const before = totals.get(`${action} ${status}`)
  totals.set(`${action} ${status}`, {
    action,
    status,
    tasks: (before?.tasks ?? 0) + 1,
    counts: before ? addCounts(before.counts, counts) : counts,
    catchUp: before ? addCatchUp(before.catchUp, catchUp) : catchUp,
  })
}

export function readStatistics({ tasks, removed, now }: MemoryState): TaskStatistics {
  const totals = new Map(removed)
  let oldest = Infinity
  for (const { record } of tasks.values()) {
    addToTotals(totals, record)
    if (record.status === 'queued') oldest = Math.min(oldest, Date.parse(record.createdAt))
  }
  const oldestQueuedSeconds = Number.isFinite(oldest) ? Math.max(0, (now() - oldest) / 1_000) : null
  return { totals: [...totals.values()], oldestQueuedSeconds }
}
