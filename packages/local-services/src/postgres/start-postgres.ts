import { existsSync } from 'node:fs'
import { chown, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { PortTakenError, ServiceFailedError } from '../errors.ts'
import { endStaleProcess } from '../process/end-stale-process.ts'
import { lockFolder } from '../process/lock-folder.ts'
import { findFreePort, requireFreePort } from '../process/ports.ts'
import { runService, waitUntilReady, type ServiceProcess } from '../process/run-service.ts'
import type { RunningService, ServiceOptions } from '../service-options.ts'
import { openFolder } from '../temporary-folder.ts'
import { chooseAccount, type Account } from './account.ts'
import { findPostgresBinaries } from './find-binaries.ts'
import { makeOwnFolder, placePostgresFiles, removeShelter, type PostgresPlace } from './place-files.ts'

const readyTimeoutMs = 60_000 // crash recovery of a large database takes its time
const readyPollIntervalMs = 20
const maxAttempts = 5
// After a kill the sessions of the old Postgres live on until they notice it.
const orphansTimeoutMs = 20_000
const orphansPollIntervalMs = 200
const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } // no PG* variables
// Disables what only protects data against a crash of the machine. synchronous_commit stays on: commits survive a
// killed Postgres.
const fastSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  shared_buffers: '256MB',
  // In the data folder, which is removed at the end: those of a killed Postgres would stay in /dev/shm.
  dynamic_shared_memory_type: 'mmap',
}

export interface PostgresOptions extends ServiceOptions {
  /** Kept between starts. Default: a temporary folder, removed by stop(). */
  dataDir?: string | undefined
  /** Default: any free port. */
  port?: number | undefined
  /** Folder whose node_modules has the Postgres package. Without it, where this package is installed. */
  installedIn?: string | undefined
  /** The database that `url` names; created if it is missing. Default `catalog`. */
  database?: string | undefined
  /** PEM texts that enable TLS for clients that request it. */
  tls?: { certificate: string; key: string } | undefined
  /** false is faster but loses data when the machine crashes (not when Postgres is killed): for tests. Default true. */
  durable?: boolean | undefined
}

const tlsFiles = { certificate: 'server.crt', key: 'server.key' }

export type RunningPostgres = RunningService

/**
 * Starts a real PostgreSQL on 127.0.0.1 with the user `postgres` without a password. As root, it runs as the user
 * `nobody`.
 *
 * @throws PortTakenError, FolderInUseError, ServiceFailedError
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const { onProgress = () => undefined, signal, database = 'catalog', durable = true } = options
  const folder = await openFolder(options.dataDir, 'postgres')
  const lock = await lockFolder(folder.path)
  const release = async () => {
    await lock.release()
    if (options.dataDir === undefined) await removeShelter(folder.path)
    await folder.release()
  }
  try {
    const [found, account] = await Promise.all([findPostgresBinaries(options.installedIn), chooseAccount()])
    const place = await placePostgresFiles(folder.path, found, account, onProgress)
    await endStalePostgres(place.dataFolder, onProgress)
    onProgress('Starting Postgres')
    await initialize(place, account, durable)
    if (options.tls) await writeTlsFiles(place.dataFolder, options.tls, account)
    const start = (port: number) =>
      launch({
        place,
        account,
        port,
        durable,
        hasTls: options.tls !== undefined,
        logFile: join(folder.path, 'postgres.log'),
        signal,
      })
    const { running, port } = await startOnPort(options.port, start)
    try {
      const url = await makeDatabase(port, database)
      const finish = async (end: () => Promise<void>, after: () => Promise<void>) => {
        await end()
        await after()
      }
      return {
        url,
        port,
        pid: running.pid,
        dataDir: place.dataFolder,
        exited: running.exited,
        stop: () => finish(running.stop, release),
        kill: () => finish(running.kill, lock.release),
      }
    } catch (error) {
      await running.stop()
      throw error
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function writeTlsFiles(
  dataFolder: string,
  tls: { certificate: string; key: string },
  account: Account | undefined,
): Promise<void> {
  for (const [part, name] of Object.entries(tlsFiles) as [keyof typeof tlsFiles, string][]) {
    const file = join(dataFolder, name)
    await writeFile(file, tls[part], { mode: 0o600 }) // Postgres refuses a key that others can read
    if (account !== undefined) await chown(file, account.uid, account.gid)
  }
}

/** Creates the cluster's files in a temporary place and moves them when complete. */
async function initialize(
  place: PostgresPlace,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  const versionFile = join(place.dataFolder, 'PG_VERSION')
  if (existsSync(versionFile)) return requireSameVersion(place, await readFile(versionFile, 'utf8'))
  const draft = `${place.dataFolder}.new`
  await makeOwnFolder(draft, account)
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const args = [
    '-D',
    draft,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    ...locale,
    ...(durable ? [] : ['--no-sync']),
  ]
  try {
    await promisify(execFile)(join(place.binaries, 'bin', 'initdb'), args, {
      ...account,
      cwd: draft,
      env: environment,
    })
  } catch (cause) {
    const message = `initdb failed: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new ServiceFailedError('Postgres', message, { cause })
  }
  await rename(draft, place.dataFolder)
}

async function requireSameVersion(
  { binaries, dataFolder }: PostgresPlace,
  dataVersion: string,
): Promise<void> {
  const postgresFile = join(binaries, 'bin', 'postgres')
  const { stdout } = await promisify(execFile)(postgresFile, ['--version'], { cwd: '/', env: environment })
  const version = /(\d+)\./.exec(stdout)?.[1]
  if (version === dataVersion.trim()) return
  const message = `${dataFolder} was created by PostgreSQL ${dataVersion.trim()}, and this one is ${version}. Move that folder away to start with empty data`
  throw new ServiceFailedError('Postgres', message)
}

/** Stops a Postgres of a killed run that still uses these files. */
async function endStalePostgres(dataFolder: string, onProgress: (message: string) => void): Promise<void> {
  const pidFile = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(pidFile.split('\n')[0])
  if (pid > 0 && (await endStaleProcess(pid, await realpath(dataFolder), 'SIGINT')))
    onProgress(`Stopped Postgres (process ${pid}) that an earlier run left behind`)
}

interface Launch {
  place: PostgresPlace
  account: Account | undefined
  port: number
  durable: boolean
  hasTls: boolean
  logFile: string
  signal: AbortSignal | undefined
}

async function launch({
  place,
  account,
  port,
  durable,
  hasTls,
  logFile,
  signal,
}: Launch): Promise<ServiceProcess> {
  const dataFolder = await realpath(place.dataFolder)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    max_connections: '400',
    // Full statements in pg_stat_activity: those that read rows exceed the default of 1 kB.
    track_activity_query_size: '16kB',
    ...(hasTls ? { ssl: 'on', ssl_cert_file: tlsFiles.certificate, ssl_key_file: tlsFiles.key } : {}),
    ...(durable ? {} : fastSettings),
  }
  const settingArgs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const running = await runService({
    service: 'Postgres',
    file: join(place.binaries, 'bin', 'postgres'),
    args: ['-D', dataFolder, '-p', String(port), ...settingArgs],
    cwd: dirname(dataFolder),
    env: environment,
    logFile,
    stopSignal: 'SIGINT', // fast shutdown: doesn't wait for clients
    account,
  })
  try {
    const wait = { timeoutMs: readyTimeoutMs, pollIntervalMs: readyPollIntervalMs, signal }
    await waitUntilReady('Postgres', running, () => answersFrom(port, dataFolder), wait)
    return running
  } catch (error) {
    const log = await running.readLog()
    await running.stop()
    if (log.includes('could not bind')) throw new PortTakenError('Postgres', port, { cause: error })
    throw error
  }
}

/** Starts on the requested port, or on free ports until one is still free at the start. */
async function startOnPort(
  fixedPort: number | undefined,
  start: (port: number) => Promise<ServiceProcess>,
): Promise<{ running: ServiceProcess; port: number }> {
  if (fixedPort !== undefined) await requireFreePort('Postgres', fixedPort)
  const giveUpAt = Date.now() + orphansTimeoutMs
  for (let attempt = 1; ; attempt += 1) {
    const port = fixedPort ?? (await findFreePort())
    try {
      return { running: await start(port), port }
    } catch (error) {
      const canTryAnotherPort =
        error instanceof PortTakenError && fixedPort === undefined && attempt < maxAttempts
      if (canTryAnotherPort) continue
      const hasOrphans =
        error instanceof ServiceFailedError && error.message.includes('pre-existing shared memory')
      if (!hasOrphans || Date.now() > giveUpAt) throw error
      await delay(orphansPollIntervalMs)
    }
  }
}

/** True when the Postgres of that folder responds on the port. */
async function answersFrom(port: number, dataFolder: string): Promise<true | undefined> {
  const sql = connect(port)
  try {
    const [row] = await sql<{ data_directory: string }[]>`show data_directory`
    return row?.data_directory === dataFolder ? true : undefined
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function makeDatabase(port: number, database: string): Promise<string> {
  const sql = connect(port)
  try {
    const found = await sql`select from pg_database where datname = ${database}`
    if (found.length === 0) await sql`create database ${sql(database)}`
  } finally {
    await sql.end({ timeout: 1 })
  }
  return `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

function connect(port: number): postgres.Sql {
  const user = { username: 'postgres', database: 'postgres' }
  return postgres({ host: '127.0.0.1', port, ...user, max: 1, connect_timeout: 5, onnotice: () => undefined })
}
