import { chown, cp, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import postgres from 'postgres'
import { cacheDirOf } from '../cache-dir.ts'
import { ServiceFailedError } from '../errors.ts'
import { chooseAccount } from '../postgres/account.ts'
import { findFreePort } from '../process/ports.ts'
import { runService, waitUntilReady } from '../process/run-service.ts'
import type { RunningService, ServiceOptions } from '../service-options.ts'
import { openFolder } from '../temporary-folder.ts'
import { findPgBouncer } from './find-pgbouncer.ts'

const readyTimeoutMs = 30_000
const readyPollIntervalMs = 20

export interface PgBouncerOptions extends ServiceOptions {
  /** The Postgres behind it: all its databases, for users without a password. */
  postgresUrl: string
  /** Default `transaction`: a client has a server connection for one transaction at a time. */
  poolMode?: 'transaction' | 'session' | 'statement' | undefined
  /** Server connections per database and user. Default 20, as in PgBouncer. */
  poolSize?: number | undefined
  /** Users besides the one in `postgresUrl`. */
  users?: readonly string[] | undefined
  /** Additional lines of the section `[pgbouncer]`. */
  settings?: Readonly<Record<string, string | number>> | undefined
  /** Source of PGBOUNCER_PATH, PATH and INGESTION_CACHE_DIR. Default: the environment of this process. */
  env?: NodeJS.ProcessEnv | undefined
}

export type RunningPgBouncer = RunningService

/**
 * Starts a real PgBouncer on 127.0.0.1 in front of a Postgres. `url` names the same database as `postgresUrl`. As root,
 * it runs as the user `nobody`, because PgBouncer refuses to run as root.
 *
 * @throws ServiceFailedError
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<RunningPgBouncer> {
  const { onProgress = () => undefined, signal, env = process.env } = options
  const cacheDir = cacheDirOf(env)
  const binary = await findPgBouncer({ cacheDir, env, onProgress, signal })
  const account = await chooseAccount()
  const folder = await openFolder(undefined, 'pgbouncer')
  const port = await findFreePort()
  const target = new URL(options.postgresUrl)
  try {
    const configFile = join(folder.path, 'pgbouncer.ini')
    const usersFile = join(folder.path, 'users.txt')
    const users = [decodeURIComponent(target.username), ...(options.users ?? [])]
    await writeFile(usersFile, users.map((user) => `"${user}" ""\n`).join(''))
    await writeFile(configFile, describe(options, target, port, usersFile))
    if (account !== undefined) await chown(folder.path, account.uid, account.gid)
    // The cache may be inside a folder that only root can enter.
    const file = binary.libraries === undefined ? binary.file : join(folder.path, basename(binary.file))
    const libraries = join(folder.path, 'lib')
    if (binary.libraries !== undefined) {
      await cp(binary.file, file)
      await cp(binary.libraries, libraries, { recursive: true })
    }
    const running = await runService({
      service: 'PgBouncer',
      file,
      args: [configFile],
      cwd: folder.path,
      env: { PATH: env['PATH'] ?? '', ...(binary.libraries !== undefined && { LD_LIBRARY_PATH: libraries }) },
      logFile: join(folder.path, 'pgbouncer.log'),
      stopSignal: 'SIGQUIT', // ends at once, in every version; the other signals may wait for clients
      account,
    })
    const url = new URL(target)
    url.hostname = '127.0.0.1'
    url.port = String(port)
    try {
      const wait = { timeoutMs: readyTimeoutMs, pollIntervalMs: readyPollIntervalMs, signal }
      await waitUntilReady('PgBouncer', running, () => answers(url.href), wait)
    } catch (error) {
      await running.stop()
      throw error
    }
    const finish = async (end: () => Promise<void>) => {
      await end()
      await folder.release()
    }
    return {
      url: url.href,
      port,
      pid: running.pid,
      dataDir: folder.path,
      exited: running.exited,
      stop: () => finish(running.stop),
      kill: () => finish(running.kill),
    }
  } catch (error) {
    await folder.release()
    throw error
  }
}

function describe(
  { poolMode = 'transaction', poolSize = 20, settings = {} }: PgBouncerOptions,
  target: URL,
  port: number,
  usersFile: string,
): string {
  if (target.hostname === '') throw new ServiceFailedError('PgBouncer', 'the URL of Postgres has no host')
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: usersFile,
    pool_mode: poolMode,
    default_pool_size: poolSize,
    max_client_conn: 2_000,
    // Test suites create many databases; idle connections to unused ones would exhaust Postgres' connections.
    server_idle_timeout: 15,
    ...settings,
  }).map(([name, value]) => `${name} = ${value}`)
  const server = `host=${target.hostname} port=${target.port || '5432'}`
  return `[databases]\n* = ${server}\n[pgbouncer]\n${lines.join('\n')}\n`
}

async function answers(url: string): Promise<true> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, prepare: false, onnotice: () => undefined })
  try {
    await sql`select 1`
    return true
  } finally {
    await sql.end({ timeout: 1 })
  }
}
