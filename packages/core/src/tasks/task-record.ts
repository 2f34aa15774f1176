import type {
  ActionName,
  BoundBy,
  Counts,
  Phase,
  TaskError,
  TaskRequest,
  TaskStatus,
  Waiting,
} from '../contract/index.ts'

/** What an action has to remember between phases; each action parses its own. */
export type ActionState = Record<string, unknown>
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** What an action reports at its end, with fields of its own, in snake_case as on the wire. */
export type TaskResult = { [key: string]: Json }

/** A task as it is stored. Times are ISO 8601 in UTC. */
/** Rows by the name of a field that could not be read in them. */
export type LeftOutCounts = Readonly<Record<string, number>>

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
  /** Rows of the load in which a field could not be read, by the field's name. */
  leftOut: LeftOutCounts
  /** Documents in the index when it was verified last; null before, or when there is none. */
  documents: number | null
  /** Rows that the load will read, an estimate. */
  planned: number | null
  /** 1, and one more for every retry. */
  attempt: number
  waiting: Waiting | null
  limits: TaskLimits
  /** What holds the load back, as its worker found last. */
  boundBy: BoundBy | null
  error: TaskError | null
  /** Null until the task has succeeded. */
  result: TaskResult | null
  requestedBy: string | null
  /** Of the request that made the task, as its log lines have it. */
  requestId: string | null
  /** URL that is notified when the task has ended. */
  callbackUrl: string | null
  asOf: string | null
  createdAt: string
  startedAt: string | null
  /** When the load began and ended, for its rate. */
  loadStartedAt: string | null
  loadFinishedAt: string | null
  /** When it was asked for, and whether what was built so far stays; a retry clears both. */
  cancelRequestedAt: string | null
  keepIndex: boolean
  finishedAt: string | null
}

/** Who has something done to a task, for its history. */
export interface Caller {
  requestedBy?: string | null | undefined
  /** Of the request that asks for it, for finding its log lines. */
  requestId?: string | null | undefined
}

export interface CatchUpCounts {
  indexed: number
  deleted: number
  failed: number
}

/** What a task may use at most, all its workers together; null: as much as the settings allow. */
export interface TaskLimits {
  /** Rows written, or documents deleted, in a second. */
  documentsPerSecond: number | null
  /** Bulk requests under way at once. Every worker may have one, so that none stands still. */
  inFlight: number | null
}

/** The limits of a task, and how many items share them at this moment: at least 1. */
export interface Quota extends TaskLimits {
  activeWorkers: number
}

export const noLimits: TaskLimits = { documentsPerSecond: null, inFlight: null }
