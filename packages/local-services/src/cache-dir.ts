import { resolve } from 'node:path'

const repositoryRoot = resolve(import.meta.dirname, '../../..')

/** Folder for downloads: INGESTION_CACHE_DIR, or .data/cache in the repository. */
export function cacheDirOf(env: NodeJS.ProcessEnv): string {
  return resolve(env['INGESTION_CACHE_DIR'] || resolve(repositoryRoot, '.data/cache'))
}
