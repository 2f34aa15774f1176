import type {
  ActionName,
  BoundBy,
  Counts,
  FailedDocument,
  Phase,
  TaskError,
  TaskRequest,
  Waiting,
} from '../contract/index.ts'
import type { IndexRecord, VerifiedIndex } from './index-record.ts'
import type { AliasHistory, ModelLock } from './model-lock.ts'
import type { SharedMaintenance } from './shared-maintenance.ts'
import type { TaskHistory } from './task-history.ts'
import type { TaskMatches, TaskQuery, TaskSummary } from './task-query.ts'
import type { TaskRecord } from './task-record.ts'
import type {
  ActionState,
  Caller,
  CatchUpCounts,
  Json,
  LeftOutCounts,
  Quota,
  TaskLimits,
  TaskResult,
} from './task-values.ts'

export type { IndexRecord, VerifiedIndex } from './index-record.ts'
export type { TaskMatches, TaskQuery, TaskSummary } from './task-query.ts'
export type { TaskRecord } from './task-record.ts'
export type { ActionState, Caller, Json, Quota, TaskLimits, TaskResult } from './task-values.ts'

export interface NewTask extends Caller {
  model: string
  action: ActionName
  request: TaskRequest
  index: string
  /** Index names reserved until this task ends, including `index`. */
  reserve: readonly string[]
  /** Initial state, from the checks of the request, for the phases. */
  state?: ActionState | undefined
  callbackUrl?: string | null | undefined
  limits?: Partial<TaskLimits> | undefined
  idempotency?: Idempotency | undefined
}

/** Lets a caller without a response repeat the request without creating a second task. */
export interface Idempotency {
  /** Chosen by the caller, stored with its owner; see toStoredKey. */
  key: string
  /** Digest of the request, to distinguish it from another one with the same key. */
  fingerprint: string
}

/** A work item of a phase, as planned by the action. */
export interface PlannedItem {
  payload: Json
}

export interface WorkItem {
  ordinal: number
  payload: Json
  /** The last checkpoint of this item; null before the first. */
  checkpoint: Json
}

/** A worker's right to work on an item, or (ordinal null) to plan the next phase. */
export interface Lease {
  taskId: string
  stage: number
  ordinal: number | null
  /** Fencing token: grows with every claim, so that a late writer's update matches no row. */
  attempt: number
}

export type Claim =
  | { kind: 'item'; task: TaskRecord; lease: Lease; item: WorkItem; quota: Quota }
  /** All items of the phase are done; `results` has their results by ordinal. */
  | { kind: 'advance'; task: TaskRecord; lease: Lease; results: Json[] }
  /** Other workers hold the remaining items; the first lease expires in `forMs`. */
  | { kind: 'wait'; forMs: number }
  | { kind: 'ended'; task: TaskRecord }

export interface Progress {
  checkpoint: Json
  /**
   * Added to the task's counts; negative to correct earlier counts. Regardless of `failed` here, a row counts as failed
   * exactly while the list of failed documents has it unresolved: the store moves the difference from or to `indexed`.
   */
  counts?: Counts | undefined
  /** Added to the task's catch-up counts: work after the load. */
  catchUp?: CatchUpCounts | undefined
  /** Added to the counts of unreadable values by field name; absent or empty if there were none. */
  leftOut?: LeftOutCounts | undefined
  /** Newly refused rows; an earlier entry of the same row is replaced. */
  failed?: readonly NewFailedDocument[] | undefined
  /** Ids that were written, deleted or dropped: earlier failures among them are resolved. */
  resolved?: readonly string[] | undefined
  /** The worker's current bottleneck; absent: unchanged. */
  boundBy?: BoundBy | null | undefined
}

/** An unavailable service. */
export interface Outage {
  for: Waiting['for']
  reason: string
  /** @returns milliseconds until the next attempt, by the time waited so far */
  retryAfterMs(waitedMs: number): number
}

/** Time waited for a service so far, and time until the next attempt, milliseconds. */
export interface Wait {
  waitedMs: number
  retryAfterMs: number
}

export interface NewFailedDocument {
  id: string
  status: number
  reason: string
  body: string
}

export interface FailedDocumentQuery {
  /** Only ids above this one. */
  after?: string | undefined
  limit: number
  /** Also documents that a later write resolved. */
  resolved?: boolean | undefined
  /** Maximum bytes returned of each body; absent: everything stored. */
  bodyLimit?: number | undefined
}

export interface CancelOptions extends Caller {
  /** Keeps the unfinished index. */
  keepIndex?: boolean | undefined
}

/** The step after a phase: another phase with its items, or the end. */
export type NextStep =
  | {
      kind: 'phase'
      phase: Phase
      /** New items, or the number of an earlier stage whose items continue from their checkpoints. */
      items: readonly PlannedItem[] | { fromStage: number }
      state?: ActionState | undefined
      planned?: number | undefined
      asOf?: string | undefined
      /** Discards counts and failed documents: the work starts over. */
      reset?: boolean | undefined
      /** Replaces the counts so far. */
      counts?: Counts | undefined
      /** Documents in the verified index. */
      documents?: number | undefined
    }
  | Finished
  | { kind: 'failed'; error: TaskError }
  /** Only from phase `cancelling`, when nothing is left to clean up. */
  | { kind: 'cancelled' }

export interface Finished {
  kind: 'finished'
  verified?: VerifiedIndex | undefined
  state?: ActionState | undefined
  result?: TaskResult | undefined
}

/**
 * Stores tasks, their work items and checkpoints. Every method is one transaction. Methods that take a lease throw
 * LeaseLostError when it is no longer held, the task has ended, or the phase has passed.
 */
export interface TaskStore extends AliasHistory, SharedMaintenance, TaskHistory {
  /**
   * With a known idempotency key, creates nothing and returns the existing task in its current state.
   *
   * @throws IndexBusyError when an active task has reserved one of the names
   * @throws IdempotencyKeyReusedError when the key was used with another fingerprint
   */
  create(task: NewTask): Promise<TaskRecord>
  get(taskId: string): Promise<TaskRecord | null>
  /** The task created with an idempotency key, if any. */
  findIdempotent(key: string): Promise<{ taskId: string; fingerprint: string } | null>
  /** @throws PageTokenError, also for a token of another order */
  list(query: TaskQuery): Promise<{ tasks: TaskRecord[]; nextPageToken: string | null }>
  /** Counts of the tasks that match, in one snapshot; see TaskSummary. */
  summarize(query: TaskMatches): Promise<TaskSummary>
  /** The active task that has reserved the name, if any. */
  findReservation(index: string): Promise<string | null>

  /**
   * Claims work: an item of the current phase that is not done and has no valid lease or, when all are done, the
   * planning of the next phase. A queued task becomes running.
   *
   * If leases on the same work expired `maxLapses` times in a row without a save in between, the work probably kills
   * its workers: the task fails with WorkersLostError.
   *
   * @throws TaskNotFoundError
   */
  claim(taskId: string, worker: string, leaseMs: number): Promise<Claim>
  /** Extends a lease by `leaseMs`. */
  renew(lease: Lease, leaseMs: number): Promise<Quota>
  /**
   * Saves an item's checkpoint together with the results of the page. Does not extend the lease. Clears `waiting`.
   *
   * After a database error it is unknown whether the page was saved. Don't call it again for the same page: claim again
   * and continue from the checkpoint, so that nothing is counted twice.
   *
   * @throws RangeError for counts that are not balanced: read = indexed + dropped + failed
   * @throws DocumentsFailedError when the task would have more than `maxFailedDocuments` unresolved failed documents,
   * of all its workers. Nothing of the page is saved, so a retry reads it again
   */
  saveProgress(lease: Lease, progress: Progress): Promise<Quota>
  /** The item is done. `result` is passed to the planner of the next phase. */
  completeItem(lease: Lease, result: Json): Promise<void>
  /**
   * Releases the item or the planning before it is done, so that any worker can claim it immediately. A lost lease is
   * no error. The planner of a task that was cancelled meanwhile reports by this call that it has stopped.
   */
  release(lease: Lease): Promise<void>
  /**
   * Ends the current phase and clears `waiting`. `finished`, `failed` and `cancelled` end the task and release its
   * reservations.
   *
   * @throws RangeError for `cancelled` without a request to cancel
   */
  advance(lease: Lease, next: NextStep): Promise<TaskRecord>
  /** Ends the task as failed from an item or from planning. */
  fail(lease: Lease, error: TaskError): Promise<void>
  /**
   * Records that the task waits for a service.
   *
   * The task measures the wait once, by the database's clock: from the first report to the next success of any worker,
   * across workers, items and processes. It restarts for another service.
   */
  setWaiting(lease: Lease, outage: Outage): Promise<Wait>

  /**
   * Cancels a task. A task that never started is cancelled immediately. Any other enters phase `cancelling` without
   * items: all leases are void, so that no late worker can save anything, and the next worker to claim it cleans up and
   * ends it. Its reservations stay until then. Because a planner may be creating an index, no worker can claim the task
   * before the planner's lease was released or has expired.
   *
   * A second call while it is cancelling changes nothing.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  cancel(taskId: string, options?: CancelOptions): Promise<TaskRecord>
  /**
   * Queues a failed or cancelled task again, in its first phase. A failed task keeps its state, counts, earlier items
   * with checkpoints, and failed documents; a cancelled task starts over.
   *
   * @throws TaskNotFoundError, TaskStateError when it has neither failed nor was cancelled, IndexBusyError
   */
  retry(taskId: string, caller?: Caller): Promise<TaskRecord>
  /**
   * Retries failed documents: a failed task is retried; a REINDEX that succeeded despite them is queued again in the
   * phase that writes only those rows.
   *
   * @throws TaskNotFoundError, TaskStateError when there is nothing to retry, IndexBusyError
   */
  redrive(taskId: string, caller?: Caller): Promise<TaskRecord>
  /**
   * Changes the given limits. Workers receive them at their next checkpoint or renewal.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  setLimits(taskId: string, limits: Partial<TaskLimits>, caller?: Caller): Promise<TaskRecord>

  /** Failed documents by ascending numeric id; `resolved` ones only on request. @throws PageTokenError */
  failedDocuments(taskId: string, query: FailedDocumentQuery): Promise<FailedDocument[]>
  /** Number of failed documents that no later write has resolved. */
  countFailedDocuments(taskId: string): Promise<number>

  getIndex(uuid: string): Promise<IndexRecord | null>
  /** The verified indices that were filtered from the index with this UUID, the newest first. */
  listFilteredCopies(uuid: string): Promise<IndexRecord[]>

  /**
   * Runs a function under the lock of a model, in one transaction: writes through the lock are rolled back if it
   * throws. For short work only; don't nest calls.
   *
   * @throws DatabaseUnavailableError when the lock is not free within `waitMs`, or was lost
   */
  withModelLock<Result>(
    model: string,
    waitMs: number,
    run: (lock: ModelLock) => Promise<Result>,
  ): Promise<Result>
}
