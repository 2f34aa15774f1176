import type { Clock, RunResult, TaskRecord } from '@ingestion-server/core'
import type { PgBoss } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import type { WebhookOutcome } from '../webhooks/webhooks.ts'

interface RunSliceOptions {
  signal: AbortSignal
  /** Called for each claimed item, with the number of its phase in the task. */
  onItem(stage: number): void
}

/** What the workers of a process do, and how many there are. */
export interface WorkerOptions {
  /** Works on a task until it has ended, the signal aborts, or no work is left for this worker at the moment. */
  runSlice(taskId: string, options: RunSliceOptions): Promise<RunResult>
  getTask(taskId: string): Promise<TaskRecord | null>
  /** Ids of the tasks that are queued or running. */
  listActive(): Promise<readonly string[]>
  /**
   * Sends the message that a task has ended: one attempt, safe to repeat. The job keeps what it resolves to. Null: no
   * webhooks are sent.
   *
   * @throws Error when it should be retried
   */
  deliverWebhook: ((taskId: string, signal: AbortSignal) => Promise<WebhookOutcome | null>) | null
  /** Collect what ended tasks left behind, once a minute in one of all processes. Safe to run twice, beside running tasks. */
  maintenance: readonly ((signal: AbortSignal) => Promise<void>)[]
  /** Maximum concurrent jobs of this process. */
  maxConcurrent: number
  /** Maximum concurrent jobs of all processes together; null: no limit. */
  clusterMaxWorkers: number | null
  /** How long a worker stays with a task while others wait. */
  sliceMs: number
  /** How often jobs are compared with active tasks. */
  pollIntervalMs: number
}

export interface EngineSettings {
  /** How long a worker may miss heartbeats before others take over its jobs. */
  leaseMs: number
  maxWorkersPerTask: number
  clock: Clock
  log: Logger
}

export interface WorkerContext extends EngineSettings {
  boss: PgBoss
  worker: WorkerOptions
  /** Aborts when the process is to stop. */
  stopping: AbortSignal
  logError(message: string, error: unknown): void
}
