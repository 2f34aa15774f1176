import {
  DatabaseUnavailableError,
  checkSearch,
  describeIndex,
  explainDocument,
  listBuilds,
  listIndexDocuments,
  listIndices,
  planTask,
  readIndexDetails,
  rollbackRequest,
  statName,
  submitTask,
  type Database,
  type SearchClient,
  type TaskContext,
} from '@ingestion-server/core'
import type { AppDeps, HealthCheck } from '../http/app-deps.ts'
import type { TokenStore } from '../auth/token-store.ts'

/** A readiness check must not keep a connection busy for longer than the probe waits. */
const checkRequestTimeoutMs = 2_000

/** Throws DatabaseUnavailableError until the task tables exist. */
export type AssertReady = () => Promise<void>

/**
 * How long a caller waits for the task database. TCP notices a silently lost connection (a network that drops
 * packets, a stopped process) only after minutes.
 */
const callTimeoutMs = 20_000

/**
 * Wraps a call: throws DatabaseUnavailableError until the task tables exist, and when the database doesn't
 * respond in time.
 */
export function whenReady<Args extends unknown[], Result>(
  assertReady: AssertReady,
  call: (...args: Args) => Promise<Result>,
) {
  return async (...args: Args): Promise<Result> => {
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () =>
        reject(
          new DatabaseUnavailableError(
            `the tasks database did not respond within ${callTimeoutMs / 1_000} s; the request may still take effect: check the task before you retry, or send an Idempotency-Key`,
          ),
        ),
      callTimeoutMs,
    )
    try {
      const result = assertReady().then(() => call(...args))
      return await Promise.race([result, tooLate])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The parts of core that the HTTP interface needs, the same on every runtime. */
export function createCoreDeps({
  context,
  tokens,
  assertReady,
}: {
  context: TaskContext
  tokens: TokenStore
  assertReady: AssertReady
}): Pick<AppDeps, 'store' | 'models' | 'submit' | 'plan' | 'indices' | 'tokens'> {
  const { store, models, search } = context
  const ready = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    whenReady(assertReady, call)
  return {
    store: {
      get: ready((id) => store.get(id)),
      list: ready((query) => store.list(query)),
      summarize: ready((query) => store.summarize(query)),
      cancel: ready((id, options) => store.cancel(id, options)),
      retry: ready((id, caller) => store.retry(id, caller)),
      redrive: ready((id, caller) => store.redrive(id, caller)),
      setLimits: ready((id, limits, caller) => store.setLimits(id, limits, caller)),
      events: ready((query) => store.events(query)),
      items: ready((id, query) => store.items(id, query)),
      itemSummary: ready((id) => store.itemSummary(id)),
      failedDocumentSummary: ready((id) => store.failedDocumentSummary(id)),
      rates: ready((id) => store.rates(id)),
      aliasMoves: ready((alias, query) => store.aliasMoves(alias, query)),
      failedDocuments: ready((id, query) => store.failedDocuments(id, query)),
    },
    models,
    submit: ready((request, meta) => submitTask(context, request, meta)),
    plan: ready((request) => planTask(context, request)),
    indices: {
      list: ready(() => listIndices(context)),
      describe: ready((name) => describeIndex(context, name)),
      stat: (name) => statName(search, name),
      details: ready((name) => readIndexDetails(context, name)),
      documents: (name, query) => listIndexDocuments(context, name, query),
      document: ready((name, id) => explainDocument(context, name, id)),
      builds: ready((model, filter) => listBuilds(context, model, filter)),
      rollbackRequest: ready((alias) => rollbackRequest(context, alias)),
    },
    tokens: {
      create: ready((token) => tokens.create(token)),
      list: ready(() => tokens.list()),
      revoke: ready((id, options) => tokens.revoke(id, options)),
      use: ready((sha256) => tokens.use(sha256)),
      hasLastingAdmin: ready(() => tokens.hasLastingAdmin()),
      hasAny: ready(() => tokens.hasAny()),
    },
  }
}

/** The readiness checks; a database that is used twice is checked once. */
export function createChecks({
  catalog,
  tasks,
  isOneDatabase,
  search,
  models,
  assertReady,
}: {
  catalog: Database
  tasks: Database
  isOneDatabase: boolean
  search: SearchClient
  /** Names of the models. */
  models: readonly string[]
  assertReady: AssertReady
}): HealthCheck[] {
  const checkDatabase = (db: Database) => async () => void (await db.execute('select 1'))
  return [
    { name: 'database', check: checkDatabase(catalog) },
    ...(isOneDatabase ? [] : [{ name: 'tasks_database', check: checkDatabase(tasks) }]),
    { name: 'task_tables', check: assertReady },
    {
      name: 'opensearch',
      check: () => checkSearch(search, models, checkRequestTimeoutMs),
    },
  ]
}
