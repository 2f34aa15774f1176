import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceFailedError } from '../errors.ts'
import { waitForFolder } from '../process/lock-folder.ts'
import { findOnPath, runCommand } from '../process/run-command.ts'
import type { ServiceOptions } from '../service-options.ts'

export interface PgBouncerBinary {
  file: string
  /** Holds the shared libraries of a downloaded PgBouncer; absent when it was installed. */
  libraries?: string
}

export interface PgBouncerSource extends ServiceOptions {
  cacheDir: string
  env: NodeJS.ProcessEnv
}

/** Debian puts it here, which is not on every user's PATH. */
const debianFile = '/usr/sbin/pgbouncer'

/**
 * PGBOUNCER_PATH, an installed PgBouncer, or Debian's package, which is downloaded and unpacked into the cache. Nothing
 * is installed: installing the package would also start a PgBouncer for the whole machine. Needs no root.
 * @throws ServiceFailedError saying how to install it, where it can't be downloaded
 */
export async function findPgBouncer(source: PgBouncerSource): Promise<PgBouncerBinary> {
  const { cacheDir, env, onProgress, signal } = source
  const installed = env['PGBOUNCER_PATH'] || findOnPath('pgbouncer', env)
  if (installed !== undefined) return { file: installed }
  if (existsSync(debianFile)) return { file: debianFile }
  const folder = join(cacheDir, 'pgbouncer')
  if (!existsSync(join(folder, 'usr'))) {
    const onWait = (pid: number) => onProgress?.(`Waiting for process ${pid}, which downloads PgBouncer`)
    const lock = await waitForFolder(folder, { onWait, signal })
    try {
      if (!existsSync(join(folder, 'usr'))) await download(source, folder)
    } finally {
      await lock.release()
    }
  }
  return { file: join(folder, debianFile), libraries: await findLibraries(folder) }
}

async function download({ env, onProgress, signal }: PgBouncerSource, folder: string): Promise<void> {
  if (findOnPath('apt-get', env) === undefined || findOnPath('dpkg-deb', env) === undefined) {
    const advice =
      process.platform === 'darwin' ? 'run: brew install pgbouncer' : 'install it with your package manager'
    throw new ServiceFailedError('PgBouncer', `there is no pgbouncer on PATH; ${advice}`)
  }
  onProgress?.(
    'Downloading the Debian package pgbouncer (0.3 MB), which the tests with a connection pooler run',
  )
  const apt = join(folder, 'apt')
  const draft = join(folder, 'draft')
  await rm(draft, { recursive: true, force: true })
  for (const part of ['lists/partial', 'archives/partial']) await mkdir(join(apt, part), { recursive: true })
  // Lists and packages of our own: needs neither root nor the system's locks.
  const options = [
    ...['-qq', '-o', `Dir::Cache=${apt}`, '-o', `Dir::State::lists=${join(apt, 'lists')}`],
    ...['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User='],
  ]
  const run = (file: string, ...args: string[]) =>
    runCommand({ service: 'PgBouncer', file, args, env: { ...env, LC_ALL: 'C' }, signal })
  try {
    await run('apt-get', ...options, 'update')
    const install = ['install', '--yes', '--no-install-recommends', '--download-only', 'pgbouncer']
    await run('apt-get', ...options, ...install)
    const packages = (await readdir(join(apt, 'archives'))).filter((name) => name.endsWith('.deb'))
    for (const name of packages) await run('dpkg-deb', '-x', join(apt, 'archives', name), draft)
    await rename(join(draft, 'usr'), join(folder, 'usr'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `the Debian package can't be downloaded (${reason}); run: sudo apt-get install --yes pgbouncer`
    throw new ServiceFailedError('PgBouncer', message, { cause })
  } finally {
    await Promise.all([apt, draft].map((path) => rm(path, { recursive: true, force: true })))
  }
}

/** `usr/lib/x86_64-linux-gnu`, or that of another machine. */
async function findLibraries(folder: string): Promise<string> {
  const lib = join(folder, 'usr', 'lib')
  const names = await readdir(lib).catch(() => [])
  return join(lib, names.find((name) => name.includes('linux-gnu')) ?? '')
}
