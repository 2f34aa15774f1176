import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { createCatalogTables, generateSampleRows } from '@ingestion-server/local-services'
import { createClient, type Client } from '@ingestion-server/sdk'
import postgres from 'postgres'
import { inject } from 'vitest'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { nodeCommand, runProcess, type RunningProcess } from '@ingestion-server/core/testing/run-process.ts'

const dashboardMain = resolve(import.meta.dirname, '../../../build/index.js')
const apiToken = 'a-token-of-the-browser-tests'

/** The rows of a test's catalog: enough to show, fast to index. */
const fewRows = { images: 600, audio: 200 }

/** A suite's own catalog, server and dashboard, in separate processes. */
export interface Stack {
  url: string
  serverUrl: string
  /** From the set-up link that the first start prints. */
  setupUrl: string
  client: Client
  /** A client with an actor, which its tasks show as requester. */
  as: (actor: string) => Client
  sql: postgres.Sql
  /** Locks the rows of images during the work: a task on them stays in progress until the work is done. */
  whileImagesAreLocked: (work: () => Promise<void>) => Promise<void>
  /** For unique index names. */
  suffix: string
  stopServer: () => Promise<void>
  killServer: () => Promise<void>
  /** @param env additional environment variables */
  startServer: (env?: Record<string, string>) => Promise<void>
  close: () => Promise<void>
}

export interface StackOptions {
  postgresUrl: string
  openSearchUrl: string
  /** Additional environment variables of the dashboard. */
  env?: Record<string, string>
  /** Additional environment variables of the server. */
  serverEnv?: Record<string, string>
  rows?: { images: number; audio: number }
}

export async function startStack({
  postgresUrl,
  openSearchUrl,
  env = {},
  serverEnv = {},
  rows = fewRows,
}: StackOptions): Promise<Stack> {
  // A set-up that fails ends what it has started, and so does `close`.
  await using endings = new AsyncDisposableStack()
  const database = await createTestDatabase(postgresUrl)
  endings.defer(() => database.drop())
  await createCatalogTables(database.url)
  await generateSampleRows(database.url, rows)
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined, prepare: false })
  endings.defer(() => sql.end())
  const suffix = `b${randomUUID().slice(0, 8)}`
  // Nothing has created any before the server was ready.
  let isReady = false
  endings.defer(() => (isReady ? removeIndices(openSearchUrl, suffix) : undefined))

  let server = await runServer('0')
  endings.defer(async () => void (await server.stop()))
  const { port } = new URL(server.baseUrl)
  const dashboard = await startDashboard(database.url, server.baseUrl, env)
  endings.defer(() => dashboard.stop())

  function runServer(port: string, env: Record<string, string> = {}): Promise<RunningProcess> {
    const variables = {
      DATABASE_URL: database.url,
      OPENSEARCH_URL: openSearchUrl,
      SENSITIVE_TERMS_URL: new URL('sensitive-terms.txt', import.meta.url).href,
      API_TOKEN: apiToken,
      PORT: port,
      LOG_LEVEL: 'error',
      ...serverEnv,
      ...env,
    }
    return runProcess(nodeCommand(join(inject('builtServer'), 'main.mjs'), variables))
  }

  await waitUntilReady(server.baseUrl)
  isReady = true
  const client = createClient({ baseUrl: server.baseUrl, token: apiToken })
  const kept = endings.move()
  return {
    url: dashboard.url,
    serverUrl: server.baseUrl,
    setupUrl: dashboard.setupUrl,
    client,
    as: (actor) => createClient({ baseUrl: server.baseUrl, token: apiToken, actor }),
    sql,
    suffix,
    async whileImagesAreLocked(work) {
      await sql.begin(async (own) => {
        await own`lock table image in access exclusive mode`
        await work()
      })
    },
    stopServer: async () => void (await server.stop()),
    killServer: () => server.kill(),
    async startServer(env) {
      server = await runServer(port, env)
      await waitUntilReady(server.baseUrl)
    },
    close: () => kept.disposeAsync(),
  }
}

/** A dashboard without users, unless its database has some. */
export async function startDashboard(
  databaseUrl: string,
  serverUrl: string,
  env: Record<string, string> = {},
) {
  const variables = {
    DATABASE_URL: databaseUrl,
    DASHBOARD_PORT: '0',
    INGESTION_URL: serverUrl,
    INGESTION_TOKEN: apiToken,
    ...env,
  }
  const { baseUrl, output, log, stop } = await runProcess(nodeCommand(dashboardMain, variables))
  return {
    url: baseUrl,
    setupUrl: /^Set up the first user: (\S+)$/m.exec(output())?.[1] ?? '',
    async stop() {
      await stop()
      // Some errors are provoked; the others help to explain a failed test.
      for (const line of log().split('\n')) if (line.includes('"level":"error"')) console.error(line)
    },
  }
}

/** Deletes the indices of a suite, with their aliases. */
async function removeIndices(openSearchUrl: string, suffix: string): Promise<void> {
  const { origin, username, password } = new URL(openSearchUrl)
  const headers = username === '' ? {} : { authorization: `Basic ${btoa(`${username}:${password}`)}` }
  const names = await fetch(`${origin}/_cat/indices/*-${suffix}*?h=index&expand_wildcards=all`, { headers })
  for (const name of (await names.text()).split('\n').filter(Boolean)) {
    await fetch(`${origin}/${name}`, { method: 'DELETE', headers })
  }
}
