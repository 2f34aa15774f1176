import type { IndexRecord } from './index-record.ts'
import type { TaskRecord } from './task-record.ts'

/** An index by its name, and by what distinguishes it from another one of that name. */
export interface IndexRef {
  name: string
  uuid: string
}

export interface NewAliasMove {
  alias: string
  model: string
  /** What the alias pointed to before: one index, several, or none. */
  from: readonly IndexRef[]
  /** What it points to since; null when it was taken away. */
  to: IndexRef | null
  taskId: string
}

export interface AliasMove extends NewAliasMove {
  /** ISO 8601 in UTC, by the store's clock. */
  movedAt: string
}

/** What aliases pointed to, as far as it was recorded: somebody may have moved one by hand. */
export interface AliasHistory {
  lastAliasMove(alias: string): Promise<AliasMove | null>
  /** Moves of all of a model's aliases in the last `withinMs`, newest first. */
  recentAliasMoves(model: string, withinMs: number): Promise<AliasMove[]>
}

/**
 * What may be read and written while the lock of a model is held. All of it is one transaction, and the store needs
 * no second connection for it.
 */
export interface ModelLock extends AliasHistory {
  get(taskId: string): Promise<TaskRecord | null>
  getIndex(uuid: string): Promise<IndexRecord | null>
  /**
   * To be called right before what the lock protects: a process that froze for some time may have lost the lock.
   *
   * @throws DatabaseUnavailableError when it was lost
   */
  assertHeld(): Promise<void>
  recordAliasMove(move: NewAliasMove): Promise<void>
  /** Forgets that an index was verified, because it is gone. One without a record is no error. */
  removeIndex(uuid: string): Promise<void>
}
