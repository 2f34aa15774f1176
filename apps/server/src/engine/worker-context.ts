import type { Clock, TaskRecord } from '@ingestion-server/core'
import type { PgBoss } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import type { DeliverWebhook } from './webhooks.ts'
import type { MaintenanceStep } from './maintenance.ts'
import type { RunSlice } from './run-job.ts'

export interface WorkerOptions {
  runSlice: RunSlice
  getTask(taskId: string): Promise<TaskRecord | null>
  /** Ids of the tasks that are queued or running. */
  listActive(): Promise<readonly string[]>
  /** Null: no webhooks are sent. */
  deliverWebhook: DeliverWebhook | null
  /** Run once a minute in one of all processes. */
  maintenance: readonly MaintenanceStep[]
  /** Maximum concurrent jobs of this process. */
  maxConcurrent: number
  /** Maximum concurrent jobs of all processes together; null: no limit. */
  clusterMaxWorkers: number | null
  /** How long a worker stays with a task while others wait. */
  sliceMs: number
  /** How often jobs are compared with active tasks. */
  pollIntervalMs: number
}

export interface WorkerContext {
  boss: PgBoss
  worker: WorkerOptions
  /** How long a worker may miss heartbeats before others take over its jobs. */
  leaseMs: number
  maxWorkersPerTask: number
  /** Aborts when the process is to stop. */
  stopping: AbortSignal
  clock: Clock
  log: Logger
  logError(message: string, error: unknown): void
}
