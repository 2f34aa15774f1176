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

/** What tasks are run with; made once for a process. */
export interface TaskContext {
  store: TaskStore
  /** The catalog that rows are read from. */
  db: Database
  search: SearchClient
  models: readonly Model[]
  actions: readonly Action[]
  settings: Settings
  /** The list of sensitive terms as it is now, one a line; absent when none is configured. */
  readSensitiveTerms?: ((signal: AbortSignal) => Promise<string>) | undefined
  clock: Clock
  /** See createReuse. */
  reuse: Reuse
  /** Name of this worker, as leases show it. */
  worker: string
}

/** What a step of an action works with. */
export interface StepContext extends Omit<TaskContext, 'actions' | 'models' | 'worker'> {
  task: TaskRecord
  model: Model
  /** Aborts when the lease is lost or the process must stop at once: nothing may be written after that. */
  signal: AbortSignal
}

export interface ItemContext extends StepContext {
  item: WorkItem
  /** What this item may use now: its share of the task's limits, which may change while it is worked on. */
  limits(): TaskLimits
  /** True when the item should be given back at its next checkpoint. */
  isPausing(): boolean
  /** Saves how far the item is. @throws LeaseLostError */
  save(progress: Progress): Promise<void>
  /**
   * Says in the task that the item waits for OpenSearch, until something is saved.
   *
   * @param reason what is waited for, for people
   * @throws LeaseLostError
   */
  sayWaiting(reason: string, retryAfterMs: number): Promise<void>
}

export type WorkResult = { kind: 'done'; result: Json } | { kind: 'paused' }

/** A phase of an action: what is done with each of its items, and what follows when all are done. */
export interface PhaseHandler {
  /** Does one item from its checkpoint on. Safe to run twice, on another machine. Absent where there are no items. */
  work?: (context: ItemContext) => Promise<WorkResult>
  /**
   * Prepares the next phase and says which items it has. Safe to run twice.
   *
   * @param results what the items of this phase ended with, in their order
   */
  next: (context: StepContext, results: readonly Json[]) => Promise<NextStep>
}

/** What a request is checked with before there is a task. */
export type CheckContext = Pick<TaskContext, 'search' | 'store' | 'settings'>

/** What a plan is made with. */
export type PlanContext = Pick<
  TaskContext,
  'store' | 'db' | 'search' | 'models' | 'settings' | 'readSensitiveTerms' | 'clock'
>

/** What a task of a request would need and do; null where nothing is known. */
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
>

export interface Forecast extends Estimates {
  /** Why the request would be refused; the most specific first. */
  refusals: IngestionError[]
}

export interface Reservation {
  /** With its defaults filled in. */
  request: TaskRequest
  /** The index that it is about. */
  index: string
  /** Names that no other task may work on meanwhile. */
  reserve: readonly string[]
}

export interface Action {
  name: ActionName
  reserve(request: TaskRequest): Reservation
  /**
   * Refuses at once what can be known at once. Conditions may change afterwards: the phases check again.
   *
   * @param request as `reserve` gave it back
   * @param index the one that it is about
   */
  check(context: CheckContext, request: TaskRequest, index: string): Promise<void>
  /** What a dry run answers. Changes nothing. */
  forecast(context: PlanContext, request: TaskRequest, index: string): Promise<Forecast>
  /** The first one, which the facts of the action name, has no items. */
  phases: Partial<Record<Phase, PhaseHandler>>
  /** Cleans up when the task fails. Safe to run twice. */
  cleanUp(context: StepContext): Promise<void>
  /**
   * Takes away what a task that is being cancelled has built, unless `task.keepIndex`, and what it put on the indices
   * of others, such as a write block. No worker can save anything for the task any more, but calls that were under way
   * may still land. Safe to run twice; waits out outages by throwing, as every step does.
   *
   * @returns nothing; or, when the work turns out to be done already, what the task ends with instead
   */
  cancel(context: StepContext): Promise<Finished | void>
  /** Whether an unfinished index of this ended task can be deleted: no retry goes on with it. Absent: it builds none. */
  leavesOrphan?: (task: TaskRecord) => boolean
}
