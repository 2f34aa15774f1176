import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { connectOpenSearch, type SearchClient } from '@ingestion-server/core'
import {
  createCatalogTables,
  createRandom,
  findLibfaketime,
  makeTemporaryFolder,
} from '@ingestion-server/local-services'
import postgres from 'postgres'
import { startServer, startWorker } from '@ingestion-server/server/testing/run-server.ts'
import { createHistory } from '@ingestion-server/core/testing/row-history.ts'
import { createSchema } from '@ingestion-server/core/testing/test-database.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import type { TimeLimits } from '../time-limits.ts'
import { startHttpFaultProxy, type HttpFaultProxy } from '../proxies/http-fault-proxy.ts'
import { startTcpFaultProxy, type TcpFaultProxy } from '../proxies/tcp-fault-proxy.ts'
import type { Feature } from './list-features.ts'
import { startOwnOpenSearch, useOpenSearch, type OpenSearchService } from './opensearch-service.ts'
import { startPostgresService, type PostgresService } from './postgres-service.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'
import { superviseProcess, type SupervisedProcess } from './supervised-process.ts'

/** Space for two databases with their logs. */
const diskMegabytes = 768

/** Filtered indices have no documents with this word: random writers write it, the first rows don't contain it. */
export const sensitiveTerm = 'version'

export interface Testbed {
  postgres: PostgresService
  /** Folder of Postgres on a disk that can be filled up. */
  disk: SmallDisk | null
  /** Path of libfaketime for LD_PRELOAD; null without it. */
  fakeTimeLibrary: string | null
  openSearch: OpenSearchService
  /** Proxies to a service, used by the processes only. */
  network: { postgres: TcpFaultProxy; opensearch: TcpFaultProxy }
  /** Target of `network.opensearch`. */
  http: HttpFaultProxy
  api: SupervisedProcess
  workers: readonly SupervisedProcess[]
  processes: readonly SupervisedProcess[]
  limits: TimeLimits
  /** Without a proxy. */
  readonly search: SearchClient
  /** SIGKILL for the run's own OpenSearch, which restarts with all indices. */
  restartOpenSearch(): Promise<void>
  /** The superuser without a proxy, while Postgres runs. Replaced by a failover. */
  sql(): postgres.Sql
  /** After a failover: connects all proxies to the new primary. */
  useNewPrimary(): void
  /** Unexpected events since the last call. */
  takeProblems(): string[]
  report(problem: string): void
  stop(): Promise<void>
}

export interface TestbedOptions {
  seed: number
  /** Folder of the built server. */
  serverDir: string
  /** Absent: a separate one is started. */
  openSearchUrl?: string | undefined
  /** Features of this machine, see `listFeatures`. */
  features: ReadonlySet<Feature>
  limits: TimeLimits
  onProgress(message: string): void
}

/** Starts services, proxies, one server and two workers. */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const { onProgress } = options
  const { path: folder, release } = await makeTemporaryFolder('faults')
  const endings: (() => Promise<unknown>)[] = [release]
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end()
  }
  try {
    return await assemble(options, folder, endings, stop, onProgress)
  } catch (error) {
    await stop()
    throw error
  }
}

async function assemble(
  { seed, serverDir, openSearchUrl, features, limits }: TestbedOptions,
  folder: string,
  endings: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
  onProgress: (message: string) => void,
): Promise<Testbed> {
  const disk = features.has('tmpfs') ? await mountSmallDisk(join(folder, 'disk'), diskMegabytes) : null
  if (disk) endings.push(() => disk.remove())
  const starting = [
    startPostgresService(disk?.folder ?? folder, onProgress),
    openSearchUrl === undefined
      ? startOwnOpenSearch(join(folder, 'opensearch'), onProgress)
      : useOpenSearch(openSearchUrl),
  ] as const
  for (const service of starting) endings.push(async () => (await service).stop())
  const [database, openSearch] = await Promise.all(starting)

  let sql = connectAdmin(database.url())
  endings.push(() => sql.end({ timeout: 1 }))
  await createCatalogTables(database.url())
  await createSchema(database.url(), 'states')
  await createHistory(sql)
  let search = connectOpenSearch(openSearch.url())
  endings.push(() => search.close())

  const random = createRandom(seed)
  const http = await startHttpFaultProxy(openSearch.url(), () => random.integer(0, 15))
  endings.push(() => http.stop())
  const network = {
    postgres: await startTcpFaultProxy(database.url()),
    opensearch: await startTcpFaultProxy(http.url),
  }
  endings.push(() => Promise.all(Object.values(network).map((proxy) => proxy.stop())))

  const terms = join(folder, 'terms.txt')
  await writeFile(terms, `${sensitiveTerm}\n`)
  const env = {
    ...processEnv,
    DATABASE_URL: throughProxy(database.url(), network.postgres),
    OPENSEARCH_URL: throughProxy(http.url, network.opensearch).replace(/\/$/, ''),
    SENSITIVE_TERMS_URL: pathToFileURL(terms).href,
    NODE_COMPILE_CACHE: join(serverDir, 'compile-cache'),
  }
  const problems: string[] = []
  const report = (problem: string) => void problems.push(problem)
  const runtime = { program: process.execPath, args: [], main: join(serverDir, 'main.mjs') }
  const api = await superviseProcess(
    'server',
    (extra) => startServer(runtime, { ...env, ROLE: 'api', ...extra }),
    report,
    limits,
  )
  endings.push(() => api.stop())
  const workers: SupervisedProcess[] = []
  for (const name of ['worker 1', 'worker 2']) {
    const worker = await superviseProcess(
      name,
      (extra) => startWorker(runtime, { ...env, ...extra }),
      report,
      limits,
    )
    workers.push(worker)
    endings.push(() => worker.stop())
  }

  return {
    postgres: database,
    disk,
    fakeTimeLibrary: features.has('libfaketime') ? await findLibfaketime({ onProgress }) : null,
    openSearch,
    network,
    http,
    api,
    workers,
    processes: [api, ...workers],
    limits,
    get search() {
      return search
    },
    async restartOpenSearch() {
      await openSearch.own?.crash()
      await search.close()
      search = connectOpenSearch(openSearch.url())
      http.redirect(openSearch.url())
    },
    sql: () => sql,
    useNewPrimary() {
      void sql.end({ timeout: 0 })
      sql = connectAdmin(database.url())
      network.postgres.redirect(database.url())
    },
    takeProblems: () => problems.splice(0),
    report,
    stop,
  }
}

/** Small pages and short leases, so that a task does much in a second. */
const processEnv = {
  LEASE_SECONDS: '2',
  POLL_INTERVAL_SECONDS: '1',
  TURN_SECONDS: '1',
  MAX_WORKERS_PER_TASK: '2',
  ROWS_PER_ITEM: '100',
  TARGET_BODY_LENGTH: '10000',
  CATALOG_TIMEOUT_SECONDS: '5',
  PROMOTE_TIMEOUT_SECONDS: '20',
  CLONE_TIMEOUT_SECONDS: '10',
  PROMOTE_MIN_RATIO: '0',
  INDEX_REPLICAS: '0',
  INDEX_SHARDS: '1',
  LOG_LEVEL: 'warn',
}

function connectAdmin(url: string): postgres.Sql {
  return postgres(url, {
    max: 4,
    onnotice: () => undefined,
    prepare: false,
    connection: { TimeZone: 'UTC', application_name: 'faults' },
  })
}
