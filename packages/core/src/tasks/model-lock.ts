import type { IndexRecord } from './index-record.ts'
import type { TaskRecord } from './task-record.ts'

/** An index by its name and UUID. */
export interface IndexRef {
  name: string
  uuid: string
}

export interface NewAliasMove {
  alias: string
  model: string
  /** The previous targets of the alias: one index, several, or none. */
  from: readonly IndexRef[]
  /** The new target; null when the alias was removed. */
  to: IndexRef | null
  taskId: string
}

export interface AliasMove extends NewAliasMove {
  /** ISO 8601 in UTC, by the store's clock. */
  movedAt: string
}

/** A move with the caller of its task. */
export interface RequestedAliasMove extends AliasMove {
  /** Null: unknown, or the task was removed. */
  requestedBy: string | null
}

export interface AliasMoveQuery {
  pageSize: number
  pageToken?: string | undefined
}

/** Selects moves that concern an index. */
export interface EarlierMoves {
  uuid: string
  /** Without the moves of this task. */
  notOfTask: string
}

/** The recorded history of aliases. Manual moves are not in it. */
export interface AliasHistory {
  lastAliasMove(alias: string): Promise<AliasMove | null>
  /** Moves of all of a model's aliases in the last `withinMs`, newest first. */
  recentAliasMoves(model: string, withinMs: number): Promise<AliasMove[]>
}

/** Reads and writes while the lock of a model is held: one transaction on one connection. */
export interface ModelLock extends AliasHistory {
  get(taskId: string): Promise<TaskRecord | null>
  getIndex(uuid: string): Promise<IndexRecord | null>
  listFilteredCopies(uuid: string): Promise<IndexRecord[]>
  /**
   * Call this right before the protected change: a process that froze may have lost the lock.
   *
   * @throws DatabaseUnavailableError when it was lost
   */
  assertHeld(): Promise<void>
  recordAliasMove(move: NewAliasMove): Promise<void>
  /** Deletes the record of a deleted index. A missing record is not an error. */
  removeIndex(uuid: string): Promise<void>
}
