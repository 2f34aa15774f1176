/** What an action has to remember between phases; each action parses its own. */
export type ActionState = Record<string, unknown>
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** What an action reports at its end, with fields of its own, in snake_case as on the wire. */
export type TaskResult = { [key: string]: Json }

/** Rows by the name of a field that could not be read in them. */
export type LeftOutCounts = Readonly<Record<string, number>>

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

/** Who has something done to a task, for its history. */
export interface Caller {
  requestedBy?: string | null | undefined
  /** Of the request that asks for it, for finding its log lines. */
  requestId?: string | null | undefined
}
