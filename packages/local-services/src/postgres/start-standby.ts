import { chown, cp, readdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { openFolder } from '../temporary-folder.ts'
import { chooseAccount, type Account } from './account.ts'
import { makeOwnFolder } from './place-files.ts'
import { startPostgres, type PostgresOptions, type RunningPostgres } from './start-postgres.ts'

/** Files of a primary that a copy must not contain (PostgreSQL manual, 25.3.4). */
const leftOut = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot', 'pg_stat_tmp'])

export interface StandbyOptions extends Pick<PostgresOptions, 'onProgress' | 'signal' | 'dataDir'> {
  /** Settings of the standby, such as `max_standby_streaming_delay`. */
  settings?: Readonly<Record<string, string>> | undefined
}

/**
 * Starts a hot standby of a running Postgres: a copy of its files that follows it by streaming replication. The primary
 * must be durable, because others don't write the log for replication.
 */
export async function startStandby(
  primary: RunningPostgres,
  { settings = {}, dataDir, ...options }: StandbyOptions = {},
): Promise<RunningPostgres> {
  const folder = await openFolder(dataDir, 'standby')
  try {
    await copyRunning(primary, join(folder.path, 'data'), settings)
    const running = await startPostgres({ ...options, dataDir: folder.path })
    return {
      ...running,
      async stop() {
        await running.stop()
        await folder.release()
      },
    }
  } catch (error) {
    await folder.release()
    throw error
  }
}

async function copyRunning(
  { url, port, dataDir }: RunningPostgres,
  target: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const account = await chooseAccount()
  const source = await realpath(dataDir)
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    // One session from start to end, because Postgres aborts a backup whose session ends.
    await sql`select pg_backup_start('standby', fast => true)`
    await makeOwnFolder(target, account)
    for (const name of await readdir(source)) {
      if (!leftOut.has(name)) await cp(join(source, name), join(target, name), { recursive: true })
    }
    const [label] = await sql<{ labelfile: string; spcmapfile: string }[]>`
      select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => false)`
    for (const name of ['pg_wal', 'pg_replslot', 'pg_stat_tmp'])
      await makeOwnFolder(join(target, name), account)
    await writeFile(join(target, 'backup_label'), label?.labelfile ?? '')
    await writeFile(join(target, 'standby.signal'), '')
    const lines = { primary_conninfo: `host=127.0.0.1 port=${port} user=postgres`, ...settings }
    await writeFile(
      join(target, 'postgresql.auto.conf'),
      Object.entries(lines)
        .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
        .join(''),
    )
    if (account !== undefined) await giveTo(target, account)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function giveTo(folder: string, { uid, gid }: Account): Promise<void> {
  await chown(folder, uid, gid)
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid)
}
