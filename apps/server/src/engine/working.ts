import type { Clock, TaskRecord } from '@ingestion-server/core'
import type { PgBoss } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import type { DeliverCallback } from './callbacks.ts'
import type { TicketOffice } from './ticket-office.ts'
import type { Repair } from './upkeep.ts'
import type { RunTurn } from './work-ticket.ts'

export interface WorkerOptions {
  runTurn: RunTurn
  getTask(taskId: string): Promise<TaskRecord | null>
  /** Ids of the tasks that are queued or running. */
  listActive(): Promise<readonly string[]>
  /** Null: tasks' ends are told to nobody. */
  deliverCallback: DeliverCallback | null
  repair: Repair | null
  /** Removes old task data; null: it is kept. */
  removeOld: Repair | null
  /** Tickets that this process works on at once. */
  maxConcurrent: number
  /** Tickets that all processes together work on at once; null: no limit. */
  clusterMaxWorkers: number | null
  /** How long a worker stays with a task while others wait. */
  turnMs: number
  /** How often every active task is given its ticket, should that have been lost. */
  pollIntervalMs: number
}

export interface Working {
  boss: PgBoss
  office: TicketOffice
  worker: WorkerOptions
  leaseMs: number
  /** Makes the queue anew. */
  createQueues(): Promise<void>
  /** Aborts when the process is to stop. */
  stopping: AbortSignal
  clock: Clock
  log: Logger
  logError(message: string, error: unknown): void
}
