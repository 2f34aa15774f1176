import type {
  Clock,
  Index,
  IndexList,
  Stat,
  SubmitOptions,
  TaskCallback,
  TaskPlan,
  TaskRecord,
  TaskRequest,
  TaskStore,
} from '@ingestion-server/core'
import type { TokenStore } from '../auth/token-store.ts'
import type { CorsOrigins } from './cors-origins.ts'
import type { Logger } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { RequestObserver } from '../observability/request-observer.ts'

/** What the HTTP interface needs of the rest; `deps.ts` fills it in for Node. */
export interface AppDeps {
  store: Pick<
    TaskStore,
    | 'get'
    | 'list'
    | 'cancel'
    | 'retry'
    | 'redrive'
    | 'setLimits'
    | 'events'
    | 'items'
    | 'rates'
    | 'failedDocuments'
  >
  /** Models by the names that requests use. */
  models: readonly { name: string }[]
  /** Checks what can be known at once and creates the task; does not run it. */
  submit(request: TaskRequest, meta: SubmitMeta): Promise<TaskRecord>
  /** Says what a task would do and what stands in its way, and does nothing. */
  plan(request: TaskRequest): Promise<TaskPlan>
  indices: IndexCatalog
  /** Refuses to call back a host that nobody allowed. @throws CallbackForbiddenError */
  checkCallback(url: string): void
  /** How the message to the task's callback URL fares. @throws DatabaseUnavailableError */
  findCallback(record: TaskRecord): Promise<TaskCallback>
  /** Starts work on a task in the background and returns at once. */
  wake(taskId: string): void
  /** The services that must answer for the server to be of use. */
  checks: readonly HealthCheck[]
  access: Access
  /** Web pages of these origins may call; none where it is absent. */
  corsOrigins?: CorsOrigins
  tokens: TokenStore
  /** Null where nothing is measured. */
  metrics: Metrics | null
  observeRequest: RequestObserver
  log: Logger
  clock: Clock
  newRequestId(): string
  /**
   * Aborts when the process ends: requests that wait for a task are answered with the task as it is, and event streams
   * end.
   */
  stopping?: AbortSignal | undefined
  /** Where callers reach this server, without a slash at the end; else taken from each request. */
  baseUrl?: string | undefined
}

export type SubmitMeta = Omit<SubmitOptions, 'limits'>

/** What there is in OpenSearch. */
export interface IndexCatalog {
  list(): Promise<IndexList>
  /** @throws IndexNotFoundError */
  describe(name: string): Promise<Index>
  stat(name: string): Promise<Stat>
  /** The request that points an alias to where it pointed before. @throws NothingToRollBackError */
  rollbackRequest(alias: string): Promise<TaskRequest>
}

export interface HealthCheck {
  name: string
  /** Rejects when the service can't be used; gives up when the signal aborts. */
  check(signal: AbortSignal): Promise<void>
}

/**
 * Who may call: whoever has a token, and programs on this machine as long as there is none (`loopback`, where
 * nobody else can reach the server).
 */
export type Access = { kind: 'loopback' } | { kind: 'token'; token: string }
