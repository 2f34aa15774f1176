/** What processes that share a store do for all of them. */
export interface SharedMaintenance {
  /**
   * Elects a leader: of all processes that ask for the same name, one holds it at a time, until it resigns or does not
   * ask again within `forMs`.
   *
   * @param holder who asks; the same for as long as the process lives
   * @returns whether the holder has it for the next `forMs`
   */
  lead(name: string, holder: string, forMs: number): Promise<boolean>
  /** Gives the name up, if the holder has it. */
  resign(name: string, holder: string): Promise<void>
  /**
   * Removes a few of the oldest tasks that ended long ago, with their items, failed documents, events, rates and
   * idempotency keys; and the failed documents of a few tasks that ended less long ago. What indices were verified to
   * be, where aliases pointed, and the totals stay. Active tasks are never touched.
   */
  removeOld(retention: Retention): Promise<Removed>
}

export interface Retention {
  /** Milliseconds since the end of a task. */
  tasksMs: number
  failedDocumentsMs: number
  /** Tasks of each kind that one call deals with at most: it is one short transaction. */
  limit: number
}

/** Numbers of tasks that were removed, and of those whose failed documents were. */
export interface Removed {
  tasks: number
  tasksOfFailedDocuments: number
}
