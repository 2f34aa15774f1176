/** State of an action between phases; each action parses its own. */
export type ActionState = Record<string, unknown>
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** Result of an action, with action-specific fields, in snake_case as on the wire. */
export type TaskResult = { [key: string]: Json }

/** Rows by the name of a field that could not be read in them. */
export type LeftOutCounts = Readonly<Record<string, number>>

export interface CatchUpCounts {
  indexed: number
  deleted: number
  failed: number
}

/** Limits of a task, for all its workers together; null: as much as the settings allow. */
export interface TaskLimits {
  /** Rows written, or documents deleted, per second. */
  documentsPerSecond: number | null
  /** Concurrent bulk requests. Every worker may have one, so that none is blocked. */
  inFlight: number | null
}

/** The limits of a task, and the current number of items that share them: at least 1. */
export interface Quota extends TaskLimits {
  activeWorkers: number
}

/** The caller who requests a change of a task, for its history. */
export interface Caller {
  requestedBy?: string | null | undefined
  /** Id of the request, to find its log lines. */
  requestId?: string | null | undefined
}
