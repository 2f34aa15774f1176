import type { TaskCallback, TaskRecord } from '@ingestion-server/core'

/** The interface of the engine that works on tasks in the background. */
export interface Engine {
  /**
   * Enqueues work on a task that was just created, retried or cancelled, for the next free worker.
   * Returns immediately and never fails; the reconcile loop adds lost jobs.
   */
  notify(taskId: string): void
  /** Starts background work; returns immediately, also when no service is available yet. */
  start(): void
  /** Resolves when jobs can be sent and fetched; waits for the first attempt to start. @throws Error with the reason */
  check(): Promise<void>
  /** State of a task's webhook. @throws DatabaseUnavailableError while the queue can't be read */
  findWebhook(record: TaskRecord): Promise<TaskCallback>
  /** Takes no new jobs, lets running ones save their checkpoints, puts them back, and resolves within some seconds. */
  stop(): Promise<void>
}
