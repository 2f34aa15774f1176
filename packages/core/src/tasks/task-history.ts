import type {
  ActionName,
  BoundBy,
  Counts,
  FailedDocumentSummary,
  Phase,
  TaskEvent as WireTaskEvent,
  TaskItemSummary,
  TaskStatus,
  WireId,
} from '../contract/index.ts'
import type { AliasMoveQuery, EarlierMoves, RequestedAliasMove } from './model-lock.ts'
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
  /** Only events of this task; absent: of all tasks. */
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
  /** Number of claims. */
  attempt: number
  /** The current or last holder. */
  worker: string | null
  leaseUntil: string | null
  startedAt: string | null
  doneAt: string | null
  /** The range of ids, if it has one: above `after` (null: from the lowest on) up to `end`. */
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
  /** The bottleneck that was reported last in this time. */
  boundBy: BoundBy | null
}

/** Totals of the tasks of one action and status. */
export interface TaskTotal {
  action: ActionName
  status: TaskStatus
  tasks: number
  counts: Counts
  catchUp: CatchUpCounts
}

export interface TaskStatistics {
  /** Only combinations with at least one task. */
  totals: TaskTotal[]
  /** Age of the task that has been queued the longest; null: none is queued. */
  oldestQueuedSeconds: number | null
}

/** The history of tasks. Empty for a task that does not exist. */
export interface TaskHistory {
  /** In the order of the events. A reader that continues from the last id misses none. */
  events(query: EventQuery): Promise<TaskEvent[]>
  /** By stage and ordinal. @throws PageTokenError */
  items(taskId: string, query: ItemQuery): Promise<{ items: TaskItem[]; nextPageToken: string | null }>
  /** All items of each stage, in at most `maxItemParts` parts. */
  itemSummary(taskId: string): Promise<TaskItemSummary>
  /** The reasons of failed documents, also of resolved ones, most frequent first. */
  failedDocumentSummary(taskId: string): Promise<FailedDocumentSummary>
  /** Oldest first, without intervals in which nothing was done. Points of longer tasks have longer intervals. */
  rates(taskId: string): Promise<TaskRate[]>
  /** The recorded moves of an alias, newest first; also those of removed tasks. @throws PageTokenError */
  aliasMoves(
    alias: string,
    query: AliasMoveQuery,
  ): Promise<{ moves: RequestedAliasMove[]; nextPageToken: string | null }>
  /** Whether an alias pointed to an index: the recorded moves have it as previous or new target. */
  wasLive(alias: string, moves: EarlierMoves): Promise<boolean>
  /** Totals of all tasks, at a cost that doesn't grow with the history. */
  statistics(): Promise<TaskStatistics>
}
