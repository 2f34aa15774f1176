import type {
  ActionName,
  Counts,
  FailedDocument,
  Phase,
  TaskError,
  TaskRequest,
  TaskStatus,
  Waiting,
} from '../contract/index.ts'
import type { AliasHistory, ModelLock } from './model-lock.ts'

/** What an action has to remember between phases; each action parses its own. */
export type ActionState = Record<string, unknown>
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A task as it is stored. Times are ISO 8601 in UTC. */
export interface TaskRecord {
  id: string
  model: string
  action: ActionName
  request: TaskRequest
  status: TaskStatus
  phase: Phase
  /** Number of the set of work items that is being worked on; grows with every phase. */
  stage: number
  /** The highest stage number given out so far: the next new one is this plus 1. */
  lastStage: number
  /** The index that the task writes. */
  index: string
  state: ActionState
  counts: Counts
  catchUp: CatchUpCounts
  /** Rows that the load will read, an estimate. */
  planned: number | null
  /** 1, and one more for every retry. */
  attempt: number
  waiting: Waiting | null
  error: TaskError | null
  requestedBy: string | null
  asOf: string | null
  createdAt: string
  startedAt: string | null
  /** When the load began and ended, for its rate. */
  loadStartedAt: string | null
  loadFinishedAt: string | null
  finishedAt: string | null
}

export interface CatchUpCounts {
  indexed: number
  deleted: number
  failed: number
}

export interface NewTask {
  model: string
  action: ActionName
  request: TaskRequest
  index: string
  /** Index names that no other active task may work on until this one ended; `index` among them. */
  reserve: readonly string[]
  requestedBy?: string | null
  /** What was found when the task was asked for, and its phases must know. */
  state?: ActionState | undefined
}

export interface TaskQuery {
  model?: string | undefined
  action?: ActionName | undefined
  status?: TaskStatus | undefined
  index?: string | undefined
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
  | { kind: 'item'; task: TaskRecord; lease: Lease; item: WorkItem }
  /** All items of the phase are done, and `results` holds what they ended with, by ordinal. */
  | { kind: 'advance'; task: TaskRecord; lease: Lease; results: Json[] }
  /** Others hold what is left; the first lease lapses in `forMs`. */
  | { kind: 'wait'; forMs: number }
  | { kind: 'ended'; task: TaskRecord }

export interface Progress {
  checkpoint: Json
  /** Added to the task's counts of the load. */
  counts?: Counts | undefined
  /** Added to the task's catch-up counts. */
  catchUp?: CatchUpCounts | undefined
  /** Rows that were refused just now; one that failed before is replaced. */
  failed?: readonly NewFailedDocument[] | undefined
  /** Ids that were written, deleted or dropped just now: what failed before among them is resolved. */
  resolved?: readonly string[] | undefined
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
    }
  | { kind: 'finished'; verified?: VerifiedIndex | undefined; state?: ActionState | undefined }
  | { kind: 'failed'; error: TaskError }

/** An index that was compared with its source and found equal. Belongs to the UUID, not to the name. */
export interface VerifiedIndex {
  uuid: string
  name: string
  documents: number
  asOf: string | null
  /** UUID of the index that it was filtered from; none for an index with all documents. */
  filteredFrom?: string | null | undefined
  /** Which sensitive terms were taken out of it. */
  termsHash?: string | null | undefined
}

export interface IndexRecord extends VerifiedIndex {
  filteredFrom: string | null
  termsHash: string | null
  model: string
  taskId: string
  verifiedAt: string
}

/**
 * Where tasks, their work items and checkpoints live. Every method is one transaction. Methods that take a
 * lease throw LeaseLostError when it is no longer held, the task has ended, or the stage has passed.
 */
export interface TaskStore extends AliasHistory {
  /** @throws IndexBusyError when an active task has reserved one of the names */
  create(task: NewTask): Promise<TaskRecord>
  get(taskId: string): Promise<TaskRecord | null>
  /** Newest first. @throws PageTokenError */
  list(query: TaskQuery): Promise<{ tasks: TaskRecord[]; nextPageToken: string | null }>
  /** The active task that has reserved the name, if any. */
  findReservation(index: string): Promise<string | null>

  /**
   * Gives the caller something to do: an item of the current stage that is not done and whose lease has lapsed
   * or was never taken, else, when all are done, the planning of what follows. A queued task becomes running.
   *
   * @throws TaskNotFoundError
   */
  claim(taskId: string, worker: string, leaseMs: number): Promise<Claim>
  /** Keeps a lease for another `leaseMs`. */
  renew(lease: Lease, leaseMs: number): Promise<void>
  /**
   * Saves how far an item is, with everything that the page did, and keeps the lease as it is. Clears `waiting`.
   *
   * After an error of the database it is unknown whether the page was saved: never call it again for the same
   * page, but claim anew and go on from the checkpoint, so that nothing is counted twice.
   *
   * @throws RangeError for counts that are not balanced: read = indexed + dropped + failed
   */
  saveProgress(lease: Lease, progress: Progress): Promise<void>
  /** The item is done. `result` is handed to whoever plans the next phase. */
  completeItem(lease: Lease, result: Json): Promise<void>
  /** Gives the item back before it is done, for anybody to claim at once. A lease that is lost is no error. */
  release(lease: Lease): Promise<void>
  /** Ends the current stage and clears `waiting`. `finished` and `failed` end the task and free its reservations. */
  advance(lease: Lease, next: NextStep): Promise<TaskRecord>
  /** Ends the task as failed from an item or from planning. */
  fail(lease: Lease, error: TaskError): Promise<void>
  /** Says that the task waits for a service, or, with null, no longer does. */
  setWaiting(lease: Lease, waiting: Waiting | null): Promise<void>

  /**
   * Makes a failed task queued again, in phase planning with no items, keeping its state, counts, earlier
   * items with checkpoints, and failed documents.
   *
   * @throws TaskNotFoundError, TaskStateError when it has not failed, IndexBusyError
   */
  retry(taskId: string): Promise<TaskRecord>

  /** Failed documents by ascending numeric id; `resolved` ones only when asked for. @throws PageTokenError */
  failedDocuments(taskId: string, query: FailedDocumentQuery): Promise<FailedDocument[]>
  /** Number of failed documents that no later write has resolved. */
  countFailedDocuments(taskId: string): Promise<number>

  getIndex(uuid: string): Promise<IndexRecord | null>

  /**
   * Runs something that nobody else may do for the same model meanwhile, in one transaction: what it writes through
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
