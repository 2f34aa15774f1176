import type { TaskCallback, TaskRecord } from '@ingestion-server/core'

/** What the rest of the server sees of the engine that works on tasks in the background. */
export interface Engine {
  /**
   * Has a task worked on as soon as a worker is free: one that was made, retried or cancelled just now.
   * Returns at once and never fails; what gets lost on the way, the reconcile loop finds.
   */
  notify(taskId: string): void
  /** Begins to work in the background; returns at once, also when no service answers yet. */
  start(): void
  /** Whether jobs can be sent and taken; waits for the first try to start. @throws Error saying what is in the way */
  check(): Promise<void>
  /** How the callback of a task fares. @throws DatabaseUnavailableError while the queue can't be asked */
  findCallback(record: TaskRecord): Promise<TaskCallback>
  /** Takes nothing new, lets what runs save its checkpoints, hands it on, and resolves some seconds later at most. */
  stop(): Promise<void>
}
