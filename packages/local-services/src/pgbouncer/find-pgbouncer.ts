import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath } from '../process/run-command.ts'
import { findLibraries, unpackDebianPackage } from '../process/unpack-debian-package.ts'
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
  const folder = await unpackDebianPackage({
    name: 'pgbouncer',
    service: 'PgBouncer',
    purpose: '0.3 MB, which the tests with a connection pooler run',
    cacheDir,
    env,
    onProgress,
    signal,
  })
  return { file: join(folder, debianFile), libraries: await findLibraries(folder) }
}
