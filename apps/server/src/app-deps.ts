import type { TaskRecord, TaskRequest, TaskStore } from '@ingestion-server/core'
import type { Logger } from './log.ts'

/** What the HTTP interface needs of the rest; `deps.ts` fills it in for Node. */
export interface AppDeps {
  store: Pick<TaskStore, 'get' | 'list' | 'retry' | 'failedDocuments'>
  /** Models by the names that requests use. */
  models: readonly { name: string }[]
  /** Checks what can be known at once and creates the task; does not run it. */
  submit(request: TaskRequest, meta: SubmitMeta): Promise<TaskRecord>
  /** Starts work on a task in the background and returns at once. */
  wake(taskId: string): void
  /** The services that must answer for the server to be of use. */
  checks: readonly HealthCheck[]
  access: Access
  log: Logger
  now(): Date
  newRequestId(): string
  /** Where callers reach this server, without a slash at the end; else taken from each request. */
  baseUrl?: string | undefined
}

export interface SubmitMeta {
  requestId: string
  requestedBy: string | null
}

export interface HealthCheck {
  name: string
  /** Rejects when the service can't be used; gives up when the signal aborts. */
  check(signal: AbortSignal): Promise<void>
}

/** Who may call: programs on this machine, or whoever has the token. */
export type Access = { kind: 'loopback' } | { kind: 'token'; token: string }
