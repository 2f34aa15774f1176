import type {
  ActionName,
  BoundBy,
  Counts,
  FailedDocument,
  Phase,
  TaskError,
  TaskRequest,
  TaskStatus,
  Waiting,
} from '../contract/index.ts'
import type { IndexRecord, VerifiedIndex } from './index-record.ts'
import type { AliasHistory, ModelLock } from './model-lock.ts'
import type { SharedMaintenance } from './shared-maintenance.ts'
import type { TaskHistory } from './task-history.ts'
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
export type { TaskRecord } from './task-record.ts'
export type { ActionState, Caller, Json, Quota, TaskLimits, TaskResult } from './task-values.ts'

export interface NewTask extends Caller {
  model: string
  action: ActionName
  request: TaskRequest
  index: string
  /** Index names that no other active task may work on until this one ended; `index` among them. */
  reserve: readonly string[]
  /** What was found when the task was asked for, and its phases must know. */
  state?: ActionState | undefined
  callbackUrl?: string | null | undefined
  limits?: Partial<TaskLimits> | undefined
  idempotency?: Idempotency | undefined
}

/** Lets a caller who got no answer ask again without making a second task. */
export interface Idempotency {
  /** Chosen by the caller, and stored with whose it is; see toStoredKey. */
  key: string
  /** What the request was, for telling it from another one with the same key. */
  fingerprint: string
}

export interface TaskQuery {
  model?: string | undefined
  action?: ActionName | undefined
  status?: TaskStatus | readonly TaskStatus[] | undefined
  index?: string | undefined
  requestedBy?: string | undefined
  /** Only tasks that are queued or running. */
  active?: boolean | undefined
  pageSize: number
  pageToken?: string | undefined
}

/** A piece of a phase, as the action plans it. */
export interface PlannedItem {
  payload: Json
}

export interface WorkItem {
  ordinal: number
  payload: Json
  /** What was saved last for this item; null before the first time. */
  checkpoint: Json
}

/** A worker's right to work on an item, or (ordinal null) to plan the next phase. */
export interface Lease {
  taskId: string
  stage: number
  ordinal: number | null
  /** Fence: grows with every claim, so that a late writer's update matches nothing. */
  attempt: number
}

export type Claim =
  | { kind: 'item'; task: TaskRecord; lease: Lease; item: WorkItem; quota: Quota }
  /** All items of the phase are done, and `results` holds what they ended with, by ordinal. */
  | { kind: 'advance'; task: TaskRecord; lease: Lease; results: Json[] }
  /** Others hold what is left; the first lease expires in `forMs`. */
  | { kind: 'wait'; forMs: number }
  | { kind: 'ended'; task: TaskRecord }

export interface Progress {
  checkpoint: Json
  /**
   * Added to the task's counts; negative where rows counted before turned out to be something else. Whatever `failed`
   * says here, a row counts as failed exactly as long as the list of failed documents has it unresolved: the store
   * moves the difference from or to `indexed`.
   */
  counts?: Counts | undefined
  /** Added to the task's catch-up counts: work after the load. */
  catchUp?: CatchUpCounts | undefined
  /** Added to what could not be read so far, by the name of the field; absent or empty where all could be. */
  leftOut?: LeftOutCounts | undefined
  /** Rows that were refused just now; one that failed before is replaced. */
  failed?: readonly NewFailedDocument[] | undefined
  /** Ids that were written, deleted or dropped just now: what failed before among them is resolved. */
  resolved?: readonly string[] | undefined
  /** What holds the worker back now; absent: as it was. */
  boundBy?: BoundBy | null | undefined
}

/** A service that can't be used now. */
export interface Outage {
  for: Waiting['for']
  reason: string
  /** @returns milliseconds until the next try, for one that has been waited for so long already */
  retryAfterMs(waitedMs: number): number
}

/** How long a service has been waited for, and how long the wait until the next try is, milliseconds. */
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
  /** Also those that a later write resolved. */
  resolved?: boolean | undefined
  /** Bytes of each body that are given; absent: all that is kept. */
  bodyLimit?: number | undefined
}

export interface CancelOptions extends Caller {
  /** What was built so far stays. */
  keepIndex?: boolean | undefined
}

/** What follows a phase: another one with its items, or the end. */
export type NextStep =
  | {
      kind: 'phase'
      phase: Phase
      /** New items, or the number of an earlier stage whose items go on from their checkpoints. */
      items: readonly PlannedItem[] | { fromStage: number }
      state?: ActionState | undefined
      planned?: number | undefined
      asOf?: string | undefined
      /** Counts and failed documents so far are void: the work starts over. */
      reset?: boolean | undefined
      /** What the counts come to, instead of what was added up so far. */
      counts?: Counts | undefined
      /** Documents in the index, which was verified. */
      documents?: number | undefined
    }
  | Finished
  | { kind: 'failed'; error: TaskError }
  /** Only out of phase `cancelling`, when nothing is left to clean up. */
  | { kind: 'cancelled' }

export interface Finished {
  kind: 'finished'
  verified?: VerifiedIndex | undefined
  state?: ActionState | undefined
  result?: TaskResult | undefined
}

/**
 * Where tasks, their work items and checkpoints live. Every method is one transaction. Methods that take a
 * lease throw LeaseLostError when it is no longer held, the task has ended, or the phase has passed.
 */
export interface TaskStore extends AliasHistory, SharedMaintenance, TaskHistory {
  /**
   * With an idempotency key that is known it makes nothing and gives the task that was made then, as it is now.
   *
   * @throws IndexBusyError when an active task has reserved one of the names
   * @throws IdempotencyKeyReusedError when the key came with another fingerprint
   */
  create(task: NewTask): Promise<TaskRecord>
  get(taskId: string): Promise<TaskRecord | null>
  /** The task that was made with an idempotency key, if any. */
  findIdempotent(key: string): Promise<{ taskId: string; fingerprint: string } | null>
  /** Newest first. @throws PageTokenError */
  list(query: TaskQuery): Promise<{ tasks: TaskRecord[]; nextPageToken: string | null }>
  /** The active task that has reserved the name, if any. */
  findReservation(index: string): Promise<string | null>

  /**
   * Gives the caller something to do: an item of the current phase that is not done and whose lease has lapsed
   * or was never taken, else, when all are done, the planning of what follows. A queued task becomes running.
   *
   * What lapsed `maxLapses` times in a row without anything saved in between is not given out again: whatever works
   * on it dies of it, so the task fails, with WorkersLostError.
   *
   * @throws TaskNotFoundError
   */
  claim(taskId: string, worker: string, leaseMs: number): Promise<Claim>
  /** Keeps a lease for another `leaseMs`. */
  renew(lease: Lease, leaseMs: number): Promise<Quota>
  /**
   * Saves how far an item is, with everything that the page did, and keeps the lease as it is. Clears `waiting`.
   *
   * After an error of the database it is unknown whether the page was saved: never call it again for the same
   * page, but claim anew and go on from the checkpoint, so that nothing is counted twice.
   *
   * @throws RangeError for counts that are not balanced: read = indexed + dropped + failed
   * @throws DocumentsFailedError when the task would have more than `maxFailedDocuments` unresolved failed documents,
   *   whichever worker adds them. Nothing of the page is saved, so a retry reads it again
   */
  saveProgress(lease: Lease, progress: Progress): Promise<Quota>
  /** The item is done. `result` is passed to the planner of the next phase. */
  completeItem(lease: Lease, result: Json): Promise<void>
  /**
   * Gives the item or the planning back before it is done, for anybody to claim at once. A lease that is lost is no
   * error. The planner of a task that was cancelled meanwhile reports with it that it has stopped.
   */
  release(lease: Lease): Promise<void>
  /**
   * Ends the current phase and clears `waiting`. `finished`, `failed` and `cancelled` end the task and free its
   * reservations.
   *
   * @throws RangeError for `cancelled` without a request to cancel
   */
  advance(lease: Lease, next: NextStep): Promise<TaskRecord>
  /** Ends the task as failed from an item or from planning. */
  fail(lease: Lease, error: TaskError): Promise<void>
  /**
   * Says that the task waits for a service.
   *
   * The task has one clock for it, the database's: it runs from the first report to the next success of any worker,
   * whichever workers, items and processes report in between, and begins anew for another service.
   */
  setWaiting(lease: Lease, outage: Outage): Promise<Wait>

  /**
   * Asks for an end before the end. A task that never started is cancelled at once. Any other enters phase
   * `cancelling` without items: all leases are void, so that no late worker can say anything more,
   * and the next worker to claim it cleans up and ends it. Its reservations stay until then. A planner
   * may be creating an index at this moment: no worker can claim the task before that lease was released or expired.
   *
   * Asking again while it is cancelling changes nothing.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  cancel(taskId: string, options?: CancelOptions): Promise<TaskRecord>
  /**
   * Makes a failed or cancelled task queued again, in its first phase. One that failed keeps its state,
   * counts, earlier items with checkpoints, and failed documents; one that was cancelled starts over.
   *
   * @throws TaskNotFoundError, TaskStateError when it has neither failed nor was cancelled, IndexBusyError
   */
  retry(taskId: string, caller?: Caller): Promise<TaskRecord>
  /**
   * Has failed documents tried again: a failed task is retried, a REINDEX that succeeded in spite of them is queued
   * again in the phase that writes those rows only.
   *
   * @throws TaskNotFoundError, TaskStateError when there is nothing to try again, IndexBusyError
   */
  redrive(taskId: string, caller?: Caller): Promise<TaskRecord>
  /**
   * Changes the limits that are named. Workers hear of it at their next checkpoint or renewal.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  setLimits(taskId: string, limits: Partial<TaskLimits>, caller?: Caller): Promise<TaskRecord>

  /** Failed documents by ascending numeric id; `resolved` ones only when asked for. @throws PageTokenError */
  failedDocuments(taskId: string, query: FailedDocumentQuery): Promise<FailedDocument[]>
  /** Number of failed documents that no later write has resolved. */
  countFailedDocuments(taskId: string): Promise<number>

  getIndex(uuid: string): Promise<IndexRecord | null>

  /**
   * Runs something that no other call may do for the same model meanwhile, in one transaction: what it writes through
   * the lock is void when it throws. For short work only; calls that wait are not nested.
   *
   * @throws DatabaseUnavailableError when others hold the lock for all of `waitMs`, or it was lost on the way
   */
  withModelLock<Result>(
    model: string,
    waitMs: number,
    run: (lock: ModelLock) => Promise<Result>,
  ): Promise<Result>
}
