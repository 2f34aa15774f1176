import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startPostgres, startStandby, type RunningPostgres } from '@ingestion-server/local-services'
import { until } from '@ingestion-server/core/testing/until.ts'
import postgres from 'postgres'

/** Longer than any recovery or copy of the small databases of a run. */
const startTimeoutMs = 300_000

/** A Postgres that can be killed, frozen and replaced by a standby. Its files survive that. */
export interface PostgresService {
  /** URL of the superuser, without a proxy. It changes with a failover. */
  url(): string
  /** Suspends all processes. @returns a function that resumes them */
  freeze(): Promise<() => void>
  /** SIGKILL of the postmaster, and a restart on the same files. */
  crash(): Promise<void>
  /** Waits until it responds, and starts it if it has ended by itself, as it may on a full disk. */
  recover(): Promise<void>
  /** Starts a standby; every commit waits for it. */
  attachStandby(): Promise<void>
  /** Kills the primary and promotes the standby in its place. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

/** @param folder gets the files of each Postgres, in separate folders */
export async function startPostgresService(
  folder: string,
  onProgress: (message: string) => void,
): Promise<PostgresService> {
  // Durable, because others write no log that a standby could follow.
  const options = { onProgress, durable: true }
  let number = 0
  const nextFolder = async () => {
    const dataDir = join(folder, `postgres-${++number}`)
    await mkdir(dataDir)
    await chmod(dataDir, 0o711) // Postgres, which does not run as root, needs access
    return dataDir
  }
  let running = await startPostgres({ ...options, dataDir: await nextFolder() })
  let standby: RunningPostgres | null = null
  let hasEnded = false
  const watch = (started: RunningPostgres) => {
    hasEnded = false
    void started.exited.then(() => {
      if (started === running) hasEnded = true
    })
  }
  watch(running)
  // Data written by a killed process are in the page cache: commits survive without fsync.
  await configure(running.url, [
    "alter system set fsync = 'off'",
    // On a small disk its log must not use all space.
    "alter system set max_wal_size = '96MB'",
    "alter system set min_wal_size = '32MB'",
  ])

  async function start(): Promise<void> {
    const { port } = running
    running = await startPostgres({ ...options, dataDir: dirname(running.dataDir), port })
    watch(running)
  }

  return {
    url: () => running.url,
    async freeze() {
      const pids = await listTree(running.pid)
      for (const pid of pids) sendSignal(pid, 'SIGSTOP')
      return () => {
        for (const pid of pids) sendSignal(pid, 'SIGCONT')
      }
    },
    async crash() {
      await running.kill()
      await start()
    },
    async recover() {
      const isBack = async () => {
        if (await responds(running.url)) return true
        if (hasEnded) {
          // Releases the space of its files.
          await running.kill()
          await start()
        }
        return false
      }
      await until('Postgres to respond', isBack, { timeoutMs: startTimeoutMs, intervalMs: 100 })
    },
    async attachStandby() {
      const settings = { fsync: 'off', max_wal_size: '96MB', min_wal_size: '32MB' }
      standby = await startStandby(running, { onProgress, settings, dataDir: await nextFolder() })
      await configure(running.url, ["alter system set synchronous_standby_names = '*'"])
      await untilSynchronous(running.url)
    },
    async failOver() {
      if (standby === null) throw new Error('there is no standby')
      await running.kill()
      const sql = postgres(standby.url, { max: 1, onnotice: () => undefined })
      try {
        await sql`select pg_promote()`
      } finally {
        await sql.end({ timeout: 1 })
      }
      const lost = running
      running = standby
      await rm(dirname(lost.dataDir), { recursive: true, force: true })
      standby = null
      watch(running)
    },
    async stop() {
      await standby?.stop()
      await running.stop()
    },
  }
}

async function configure(url: string, statements: readonly string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    for (const statement of statements) await sql.unsafe(statement)
    await sql`select pg_reload_conf()`
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function responds(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined })
  try {
    // A write, because the disk may still be full.
    await sql`select pg_current_xact_id()`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 0 })
  }
}

async function untilSynchronous(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const isSynchronous = async () => {
    const found = await sql`select from pg_stat_replication where sync_state in ('sync', 'quorum')`
    return found.length > 0
  }
  try {
    await until('the standby to be synchronous', isSynchronous, { timeoutMs: startTimeoutMs, intervalMs: 50 })
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** A process and its descendants. */
async function listTree(root: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // The name in parentheses may contain spaces: the state and the parent follow it.
    const parent = / \S (\d+) /.exec(stat.slice(stat.lastIndexOf(')') + 1))?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const tree = [root]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // ESRCH: a session of Postgres may have ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
