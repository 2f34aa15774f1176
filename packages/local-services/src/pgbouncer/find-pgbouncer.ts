import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath } from '../process/run-command.ts'
import { findLibraries, unpackDebianPackage } from '../process/unpack-debian-package.ts'
import type { ServiceOptions } from '../service-options.ts'

export interface PgBouncerBinary {
  file: string
  /** Folder with the shared libraries of a downloaded PgBouncer; absent for an installed one. */
  libraries?: string
}

export interface PgBouncerSource extends ServiceOptions {
  cacheDir: string
  env: NodeJS.ProcessEnv
}

/** Path of Debian's package, which is not on every user's PATH. */
const debianFile = '/usr/sbin/pgbouncer'

/**
 * PGBOUNCER_PATH, an installed PgBouncer, or Debian's package, which is downloaded and unpacked into the cache. It is
 * not installed, because the package would also start a PgBouncer for the whole machine. Needs no root.
 *
 * @throws ServiceFailedError with instructions to install it, if it can't be downloaded
 */
export async function findPgBouncer(source: PgBouncerSource): Promise<PgBouncerBinary> {
  const { cacheDir, env, onProgress, signal } = source
  const installed = env['PGBOUNCER_PATH'] || findOnPath('pgbouncer', env)
  if (installed !== undefined) return { file: installed }
  if (existsSync(debianFile)) return { file: debianFile }
  const folder = await unpackDebianPackage({
    name: 'pgbouncer',
    service: 'PgBouncer',
    purpose: '0.3 MB, for tests with a connection pooler',
    cacheDir,
    env,
    onProgress,
    signal,
  })
  return { file: join(folder, debianFile), libraries: await findLibraries(folder) }
}
