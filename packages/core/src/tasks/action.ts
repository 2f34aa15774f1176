import type { Clock } from '../clock.ts'
import type { ActionName, Phase, TaskPlan, TaskRequest } from '../contract/index.ts'
import type { IngestionError } from '../errors.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../rows/index.ts'
import type { SearchClient } from '../search/index.ts'
import type { Settings } from '../settings.ts'
import type { Reuse } from './reuse.ts'
import type {
  Finished,
  Json,
  NextStep,
  Progress,
  TaskLimits,
  TaskRecord,
  TaskStore,
  WorkItem,
} from './task-store.ts'

/** Dependencies of tasks; created once per process. */
export interface TaskContext {
  store: TaskStore
  /** The catalog that rows are read from. */
  db: Database
  search: SearchClient
  models: readonly Model[]
  actions: readonly Action[]
  settings: Settings
  /** The current list of sensitive terms, one per line; absent when none is configured. */
  readSensitiveTerms?: ((signal: AbortSignal) => Promise<string>) | undefined
  clock: Clock
  /** Created once per process by `createReuse`. */
  reuse: Reuse
  /** Name of this worker in leases. */
  worker: string
}

/** Dependencies of a step of an action. */
export interface StepContext extends Omit<TaskContext, 'actions' | 'models' | 'worker'> {
  task: TaskRecord
  model: Model
  /** Aborts when the lease is lost or the process must stop at once: nothing may be written after that. */
  signal: AbortSignal
}

export interface ItemContext extends StepContext {
  item: WorkItem
  /** The item's current share of the task's limits, which may change while it runs. */
  limits(): TaskLimits
  /** True when the item should be returned at its next checkpoint. */
  isPausing(): boolean
  /** Saves the item's progress. @throws LeaseLostError */
  save(progress: Progress): Promise<void>
  /**
   * Records in the task that the item waits for OpenSearch, until the next save.
   *
   * @param reason what it waits for, as text for users
   * @throws LeaseLostError
   */
  reportWaiting(reason: string, retryAfterMs: number): Promise<void>
}

export type WorkResult = { kind: 'done'; result: Json } | { kind: 'paused' }

/** A phase of an action: the work on each of its items, and the step after all of them. */
export interface PhaseHandler {
  /**
   * Processes one item from its checkpoint on. Safe to run twice, also on another machine. Absent if there are no
   * items.
   */
  work?: (context: ItemContext) => Promise<WorkResult>
  /**
   * Prepares the next phase and returns its items. Safe to run twice.
   *
   * @param results results of this phase's items, in their order
   */
  next: (context: StepContext, results: readonly Json[]) => Promise<NextStep>
}

/** Dependencies of the checks of a request before its task exists. */
export type CheckContext = Pick<TaskContext, 'search' | 'store' | 'settings'>

/** Dependencies of a dry run. */
export type PlanContext = Pick<
  TaskContext,
  'store' | 'db' | 'search' | 'models' | 'settings' | 'readSensitiveTerms' | 'clock'
>

/** What the task of a request would need and do; null if unknown. */
export type Estimates = Pick<
  TaskPlan,
  | 'rows'
  | 'documents'
  | 'bytes'
  | 'seconds'
  | 'shards'
  | 'replicas'
  | 'disk'
  | 'catch_up_by'
  | 'checks'
  | 'warnings'
  | 'moves'
  | 'exceptions'
>

export interface Forecast extends Estimates {
  /** Precondition failures of the request; the most specific first. */
  preconditionFailures: IngestionError[]
}

export interface Reservation {
  /** With its defaults filled in. */
  request: TaskRequest
  /** The index of the request. */
  index: string
  /** Names that are reserved for the task while it is active. */
  reserve: readonly string[]
}

export interface Action {
  name: ActionName
  reserve(request: TaskRequest): Reservation
  /**
   * Refuses a request immediately if a precondition fails. Conditions may change afterwards, so the phases check again.
   *
   * @param request as returned by `reserve`
   * @param index the index of the request
   */
  check(context: CheckContext, request: TaskRequest, index: string): Promise<void>
  /** Returns the plan of a dry run. Changes nothing. */
  forecast(context: PlanContext, request: TaskRequest, index: string): Promise<Forecast>
  /** The first phase, which the action's facts name, has no items. */
  phases: Partial<Record<Phase, PhaseHandler>>
  /** Cleans up when the task fails. Safe to run twice. */
  cleanUp(context: StepContext): Promise<void>
  /**
   * Removes what a cancelled task has built, unless `task.keepIndex`, and what it put on other indices, such as a write
   * block. No worker can save anything for the task any more, but calls in progress may still land. Safe to run twice.
   * Throws during outages, as every step does, and is retried.
   *
   * @returns nothing; or, if the work was already done, the step that ends the task instead
   */
  cancel(context: StepContext): Promise<Finished | void>
  /**
   * Whether an unfinished index of this ended task can be deleted, because no retry continues it. Absent: the action
   * builds none.
   */
  leavesOrphan?: (task: TaskRecord) => boolean
}
