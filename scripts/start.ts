import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createCatalogTables,
  createProgress,
  FolderInUseError,
  generateSampleRows,
  loadSampleData,
  lockFolder,
  PortTakenError,
  prepareOpenSearch,
  requireFreePort,
  startServer,
  startServices,
  type Progress,
} from '../packages/local-services/src/index.ts'
import { help, parseStartOptions, type StartOptions } from './start-options.ts'
import { buildApp } from './build-app.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const sampleTerms = new URL('sample-sensitive-terms.txt', import.meta.url).href
const repeatedSignalMs = 1_000 // npm and terminals may send the same signal twice

/** Runs `npm start` with exclusive use of the data folder, if it needs one. */
async function main(options: StartOptions, progress: Progress, signal: AbortSignal): Promise<number> {
  if (!process.env['OPENSEARCH_URL']) {
    const { install: mayInstall, openSearchVersion } = options
    const machine = { env: process.env, mayInstall, onProgress: progress.show, signal }
    await prepareOpenSearch({ ...machine, versions: [openSearchVersion] })
  }
  const isAllElsewhere = process.env['DATABASE_URL'] && process.env['OPENSEARCH_URL']
  const lock = isAllElsewhere ? undefined : await lockFolder(options.dataDir)
  try {
    return await run(options, progress, signal)
  } finally {
    await lock?.release()
  }
}

/** Services, sample rows, server; then waits for the end of one of them, or for a signal. */
async function run(options: StartOptions, progress: Progress, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now()
  const { ports, sampleData } = options
  if (ports.server !== 0) await requireFreePort('the server', ports.server)
  if (ports.dashboard !== 0) await requireFreePort('the dashboard', ports.dashboard)

  const prepareDatabase = async (databaseUrl: string) => {
    await createCatalogTables(databaseUrl)
    if (sampleData === undefined) await generateSampleRows(databaseUrl, { onProgress: progress.show })
    else await loadSampleData(databaseUrl, sampleData, { onProgress: progress.show })
  }
  const { dataDir, openSearchVersion } = options
  const servicesOptions = { dataDir, ports, openSearchVersion, env: process.env, prepareDatabase }
  // All take seconds, and they are independent.
  progress.show('Building the server and the dashboard')
  const building = Promise.all(['server', 'dashboard'].map((app) => buildApp(app, { root, signal })))
  building.catch(() => undefined) // awaited below
  const services = await startServices({ ...servicesOptions, onProgress: progress.show, signal })
  try {
    signal.throwIfAborted()
    await building
    progress.show('Starting the server')
    const { databaseUrl, openSearchUrl } = services
    const urls = { DATABASE_URL: databaseUrl, OPENSEARCH_URL: openSearchUrl, PORT: String(ports.server) }
    const main = join(root, 'apps/server/dist/main.mjs')
    const server = startServer('the server', main, {
      SENSITIVE_TERMS_URL: sampleTerms,
      ...process.env,
      ...urls,
    })
    try {
      const url = await server.waitUntilReady(signal)
      progress.show('Starting the dashboard')
      const dashboard = startServer('the dashboard', join(root, 'apps/dashboard/build/index.js'), {
        ...process.env,
        DATABASE_URL: process.env['DASHBOARD_DATABASE_URL'] || databaseUrl,
        DASHBOARD_PORT: String(ports.dashboard),
        INGESTION_URL: url,
        INGESTION_TOKEN: process.env['INGESTION_TOKEN'] || process.env['API_TOKEN'],
      })
      try {
        const dashboardUrl = await dashboard.waitUntilReady(signal)
        const setupUrl = /^Set up the first user: (\S+)$/m.exec(dashboard.output())?.[1]
        progress.end()
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
        console.log(describe({ url, dashboardUrl, setupUrl, databaseUrl, openSearchUrl, seconds, dataDir }))
        return await waitForEnd(
          { 'the server': server.exited, 'the dashboard': dashboard.exited },
          services.ended,
          signal,
        )
      } finally {
        progress.show('Stopping the dashboard')
        await dashboard.stop()
      }
    } finally {
      progress.show('Stopping the server')
      await server.stop()
    }
  } finally {
    progress.show('Stopping the services')
    await services.stop()
    progress.end()
  }
}

/** @returns the exit code: 0 after a signal, else that of the process that ended, or 1 when a service ended by itself */
async function waitForEnd(
  processes: Record<string, Promise<number>>,
  services: Promise<string>,
  signal: AbortSignal,
): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const { exitCode, message } = await Promise.race([
    stopped.then(() => ({ exitCode: 0, message: undefined })),
    ...Object.entries(processes).map(async ([name, exited]) => {
      const exitCode = await exited
      return { exitCode, message: `${name} ended by itself, with exit code ${exitCode}` }
    }),
    services.then((how) => ({ exitCode: 1, message: `${how}; see its log in the data folder` })),
  ])
  if (message !== undefined) console.error(message)
  return exitCode
}

interface Ready {
  url: string
  dashboardUrl: string
  /** Present while there is no user. */
  setupUrl: string | undefined
  databaseUrl: string
  openSearchUrl: string
  seconds: string
  dataDir: string
}

function describe(ready: Ready): string {
  const { url, dashboardUrl, setupUrl, databaseUrl, openSearchUrl, seconds, dataDir } = ready
  return `
Ready after ${seconds} s. Ctrl-C stops everything; data stay in ${dataDir}.

  Dashboard   ${setupUrl ?? dashboardUrl}${setupUrl === undefined ? '' : '  (sets up its first user)'}
  Server      ${url}
  OpenSearch  ${hidePassword(openSearchUrl)}
  Postgres    ${hidePassword(databaseUrl)}

Build a search index of all images:

  curl -X POST -H 'Content-Type: application/json' \\
    -d '{"model": "image", "action": "REINDEX", "index_suffix": "20231106"}' ${url}/task

The response contains the task and the URL of its state. When the task has succeeded:

  curl '${hidePassword(openSearchUrl)}/image-20231106/_search?q=title:harbour'
`
}

function hidePassword(url: string): string {
  const parsed = new URL(url)
  if (parsed.password !== '') parsed.password = '***'
  return parsed.href.replace(/\/$/, '')
}

/** Aborts at the first signal; a later one ends the process, and with it the guards end its child processes. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController()
  let firstAt: number | undefined
  const receive = () => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      controller.abort()
    } else if (performance.now() - firstAt > repeatedSignalMs) process.exit(130)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, receive)
  return controller.signal
}

const portOptions: Record<string, string> = {
  'the server': '--port',
  'the dashboard': '--dashboard-port',
  Postgres: '--postgres-port',
  OpenSearch: '--opensearch-port',
}

function explain(error: unknown): string {
  if (error instanceof PortTakenError)
    return `${error.message}: npm start -- ${portOptions[error.service] ?? '--port'} N`
  if (error instanceof FolderInUseError) return `${error.message}: DATA_DIR=… npm start`
  return error instanceof Error ? error.message : String(error)
}

// A full disk or a closed pipe behind the output must not stop the started processes.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
const signal = listenForSignals()
const progress = createProgress(process.stdout)
try {
  const options = parseStartOptions(process.argv.slice(2), process.env, root)
  if (options.help) console.log(help)
  else process.exitCode = await main(options, progress, signal)
} catch (error) {
  progress.end()
  if (signal.aborted) console.log('Stopped')
  else console.error(`\n${explain(error)}`)
  process.exitCode = signal.aborted ? 0 : 1
}
