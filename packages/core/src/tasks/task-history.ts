import type {
  ActionName,
  Counts,
  Phase,
  TaskEvent as WireTaskEvent,
  TaskStatus,
  WireId,
} from '../contract/index.ts'
import type { Caller, CatchUpCounts } from './task-values.ts'

/** One entry of a task's history. */
export interface TaskEvent extends WireTaskEvent {
  taskId: string
}

/** What an event records about the caller who requested its change. */
export function toCallerData({ requestedBy, requestId }: Caller): Record<string, unknown> {
  return {
    ...(requestedBy != null && { requested_by: requestedBy }),
    ...(requestId != null && { request_id: requestId }),
  }
}

export interface EventQuery {
  /** Only events of this task; else of all. */
  taskId?: string | undefined
  /** Only events with a larger id. */
  after?: number | undefined
  limit: number
}

/** A work item of a phase, as the task resource shows it. Times are ISO 8601 in UTC. */
export interface TaskItem {
  stage: number
  phase: Phase
  ordinal: number
  state: 'open' | 'claimed' | 'done'
  /** Times that it was claimed. */
  attempt: number
  /** Who has it, or had it last. */
  worker: string | null
  leaseUntil: string | null
  doneAt: string | null
  /** Ids that it covers, where it covers ids: above `after` (null: from the lowest on) up to `end`. */
  range: { after: WireId | null; end: WireId } | null
  /** The last id that is accounted for. */
  doneUpTo: WireId | null
}

export interface ItemQuery {
  pageSize: number
  pageToken?: string | undefined
}

/** Rows that were accounted for in the `seconds` that began at `at`, ISO 8601 in UTC. */
export interface TaskRate {
  at: string
  seconds: number
  documents: number
}

/** What the tasks of one action and status amount to. */
export interface TaskTotal {
  action: ActionName
  status: TaskStatus
  tasks: number
  counts: Counts
  catchUp: CatchUpCounts
}

export interface TaskStatistics {
  /** Only for what there is at least one task of. */
  totals: TaskTotal[]
  /** How long the task that has been queued the longest has been waiting since it was made; null: none is. */
  oldestQueuedSeconds: number | null
}

/** How tasks came to be what they are. Of a task that isn't there, all of it is empty. */
export interface TaskHistory {
  /** In the order in which they happened. A reader that continues from the last id misses none. */
  events(query: EventQuery): Promise<TaskEvent[]>
  /** By stage and ordinal. @throws PageTokenError */
  items(taskId: string, query: ItemQuery): Promise<{ items: TaskItem[]; nextPageToken: string | null }>
  /** Oldest first, without the moments in which nothing was done. Points stand for more seconds in longer tasks. */
  rates(taskId: string): Promise<TaskRate[]>
  /** All tasks at a glance, at a cost that doesn't grow with the history. */
  statistics(): Promise<TaskStatistics>
}
