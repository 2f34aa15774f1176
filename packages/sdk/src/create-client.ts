import { snakeCaseKeys } from './camel-case.ts'
import { checkCount, checkDuration } from './check-number.ts'
import type {
  ActionName,
  DeleteIndexArguments,
  FilteredIndexArguments,
  ModelName,
  PointAliasArguments,
  ReindexArguments,
} from './contract-types.ts'
import { createTransport, systemClock, type Clock, type Fetch } from './http/index.ts'
import {
  createTaskHandle,
  createTasks,
  readScheduledTask,
  type RequestOptions,
  type TaskHandle,
  type Tasks,
} from './tasks/index.ts'

export interface ClientOptions {
  /** Where the server is, such as `http://localhost:8001`; may have a path, with or without a slash at its end. */
  baseUrl: string | URL
  token?: string | undefined
  /** The user on whose behalf the token acts; it needs the scope `delegate`. */
  actor?: string | undefined
  /** Instead of the runtime's own. */
  fetch?: Fetch | undefined
  /** How often a request that failed is sent again, where that is safe. Default 3. */
  retries?: number | undefined
  /** How long one request may take. Default 30 s. */
  requestTimeoutMs?: number | undefined
  /** For tests. */
  clock?: Clock | undefined
  /** For tests: 0 to 1, for the jitter of retries. */
  random?: (() => number) | undefined
}

export interface ActionOptions extends RequestOptions {
  /**
   * Sent as `Idempotency-Key`: a server that knows it answers the same key and body with the same task. One that
   * doesn't ignores it, so a request that was lost on its way is not sent again because of it.
   */
  idempotencyKey?: string | undefined
}

/**
 * Each action starts a task on the server and gives a handle of it as soon as the server has taken it on.
 * They throw BadRequestError, ConflictError and the other errors of this package.
 */
export interface Client {
  /** Builds `<model>-<indexSuffix>` from the database; without a suffix, the server makes one up. */
  reindex(args: ReindexArguments, options?: ActionOptions): Promise<TaskHandle>
  /** Builds `<model>-<destinationIndexSuffix>-filtered` from an index, without its sensitive documents. */
  createFilteredIndex(args: FilteredIndexArguments, options?: ActionOptions): Promise<TaskHandle>
  /** Moves an alias to `<model>-<indexSuffix>` in one atomic step. */
  pointAlias<Model extends ModelName>(
    args: PointAliasArguments<Model>,
    options?: ActionOptions,
  ): Promise<TaskHandle>
  /** Deletes `<model>-<indexSuffix>`. */
  deleteIndex(args: DeleteIndexArguments, options?: ActionOptions): Promise<TaskHandle>
  readonly tasks: Tasks
}

/**
 * Makes a client of an ingestion server. Nothing is sent yet.
 *
 * @throws TypeError when an option can't be used
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport({
    baseUrl: parseBaseUrl(options.baseUrl),
    // Looked up at each call, and called without a `this`, which browsers refuse otherwise.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    token: checkHeader('token', options.token, /^[\x21-\x7e]+$/),
    actor: checkHeader('actor', options.actor, /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/),
    retries: checkCount('retries', options.retries ?? 3),
    requestTimeoutMs: checkDuration('requestTimeoutMs', options.requestTimeoutMs ?? 30_000),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  })

  const start =
    <Args extends Readonly<Record<string, unknown>>>(action: ActionName) =>
    async (args: Args, { signal, idempotencyKey }: ActionOptions = {}): Promise<TaskHandle> => {
      const answer = await transport.send({
        method: 'POST',
        path: 'task',
        body: { ...snakeCaseKeys(args), action },
        headers: idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey },
        signal,
      })
      return createTaskHandle(transport, readScheduledTask(answer, transport.clock.now()))
    }

  return {
    reindex: start('REINDEX'),
    createFilteredIndex: start('CREATE_AND_POPULATE_FILTERED_INDEX'),
    pointAlias: start('POINT_ALIAS'),
    deleteIndex: start('DELETE_INDEX'),
    tasks: createTasks(transport),
  }
}

/** The messages leave the value out: it may hold a password. */
function parseBaseUrl(value: string | URL): URL {
  if (!URL.canParse(value))
    throw new TypeError('baseUrl must be a whole address, such as http://localhost:8001')
  const url = new URL(value)
  if (!/^https?:$/.test(url.protocol))
    throw new TypeError(`baseUrl must start with http: or https:, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl must not hold a user or password; use token')
  }
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  return new URL(path, url.origin)
}

/** What can't be in a header would fail in `fetch`, with a message that shows the value. */
function checkHeader(name: string, value: string | undefined, pattern: RegExp): string | undefined {
  if (value === undefined || pattern.test(value)) return value
  throw new TypeError(
    `${name} must not be empty and must hold visible ASCII characters only, with no space or line break at its ends`,
  )
}
