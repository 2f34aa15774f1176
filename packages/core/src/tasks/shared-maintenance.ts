/** Work that one process does for all that share a store. */
export interface SharedMaintenance {
  /**
   * Elects a leader: of all processes that request a name, one holds it at a time, until it resigns or does not renew
   * it within `forMs`.
   *
   * @param holder identifies the process; constant for its lifetime
   * @returns whether the process is the leader for the next `forMs`
   */
  lead(name: string, holder: string, forMs: number): Promise<boolean>
  /** Releases the name, if the process holds it. */
  resign(name: string, holder: string): Promise<void>
  /**
   * Removes a few of the oldest tasks that ended long ago, with their items, failed documents, events, rates and
   * idempotency keys; and the failed documents of a few tasks that ended less long ago. Verification records, the
   * history of aliases and the totals stay. Active tasks are never removed.
   */
  removeOld(retention: Retention): Promise<Removed>
}

export interface Retention {
  /** Milliseconds since the end of a task. */
  tasksMs: number
  failedDocumentsMs: number
  /** Maximum tasks of each kind per call, which is one short transaction. */
  limit: number
}

/** Numbers of removed tasks, and of tasks whose failed documents were removed. */
export interface Removed {
  tasks: number
  tasksOfFailedDocuments: number
}
