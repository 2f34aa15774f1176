import type {
  BuildingAction,
  BuildList,
  Clock,
  DocumentPage,
  ExplainedDocument,
  Index,
  IndexDetails,
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

/** Dependencies of the HTTP interface; `deps.ts` provides them for Node. */
export interface AppDeps {
  store: Pick<
    TaskStore,
    | 'get'
    | 'list'
    | 'summarize'
    | 'cancel'
    | 'retry'
    | 'redrive'
    | 'setLimits'
    | 'events'
    | 'items'
    | 'itemSummary'
    | 'failedDocumentSummary'
    | 'rates'
    | 'failedDocuments'
    | 'aliasMoves'
  >
  /** Models by the names that requests use. */
  models: readonly { name: string }[]
  /** Validates the request and creates the task; does not run it. */
  submit(request: TaskRequest, meta: SubmitMeta): Promise<TaskRecord>
  /** Returns what a task would do and its precondition failures. Changes nothing. */
  plan(request: TaskRequest): Promise<TaskPlan>
  indices: IndexCatalog
  /** Refuses a webhook host that is not allowed. @throws WebhookForbiddenError */
  checkWebhook(url: string): void
  /** State of the task's webhook. @throws DatabaseUnavailableError */
  findWebhook(record: TaskRecord): Promise<TaskCallback>
  /** Starts work on a task in the background and returns immediately. */
  notify(taskId: string): void
  /** The services that the server needs to be ready. */
  checks: readonly HealthCheck[]
  access: Access
  /** Web pages of these origins may call the server; absent: none. */
  corsOrigins?: CorsOrigins
  tokens: TokenStore
  /** Null where metrics are not available. */
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
  /** Public URL of this server, without a trailing slash; absent: taken from each request. */
  baseUrl?: string | undefined
}

export type SubmitMeta = Omit<SubmitOptions, 'limits'>

/** The indices in OpenSearch. */
export interface IndexCatalog {
  list(): Promise<IndexList>
  /** @throws IndexNotFoundError */
  describe(name: string): Promise<Index>
  stat(name: string): Promise<Stat>
  /** @throws IndexNotFoundError */
  details(name: string): Promise<IndexDetails>
  /** @throws IndexNotFoundError, IndexClosedError */
  documents(name: string, query: { q: string; pageSize: number }): Promise<DocumentPage>
  /** Why the index has a document or not. @throws IndexNotFoundError, IndexClosedError */
  document(name: string, id: string): Promise<ExplainedDocument>
  /** The indices that were built, newest first. @throws ModelNotFoundError */
  builds(
    model: string,
    filter: { action?: readonly BuildingAction[] | undefined; limit: number },
  ): Promise<BuildList>
  /** The request that points an alias to its previous index. @throws NothingToRollBackError */
  rollbackRequest(alias: string): Promise<TaskRequest>
}

export interface HealthCheck {
  name: string
  /** Rejects when the service can't be used; gives up when the signal aborts. */
  check(signal: AbortSignal): Promise<void>
}

/**
 * Authentication: callers with a token, and programs on this machine while no token exists (`loopback`, where
 * no other machine can reach the server).
 */
export type Access =
  | { kind: 'loopback' }
  | { kind: 'token'; token: string }
  /** Only tokens of the tasks database: the health port of a worker that other machines reach. */
  | { kind: 'stored-tokens' }
