import type { TaskCallback, TaskRecord } from '@ingestion-server/core'

/** What the rest of the server knows of the machinery that works on tasks in the background. */
export interface Engine {
  /**
   * Has a task worked on soon, by whichever worker has room: one that was made, retried or cancelled just now.
   * Returns at once and never fails; what gets lost on the way, the next sweep finds.
   */
  wake(taskId: string): void
  /** Begins to work in the background; returns at once, also when no service answers yet. */
  start(): void
  /** Whether tickets can be sent and taken; waits for the first try to start. @throws Error saying what is in the way */
  check(): Promise<void>
  /** How the callback of a task fares. @throws DatabaseUnavailableError while the queue can't be asked */
  findCallback(record: TaskRecord): Promise<TaskCallback>
  /** Takes nothing new, lets what runs save its checkpoints, hands it on, and resolves some seconds later at most. */
  stop(): Promise<void>
}
