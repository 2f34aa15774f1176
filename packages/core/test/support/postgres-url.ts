import { inject } from 'vitest'
import type {} from './provided-context.ts'

/**
 * A superuser's connection to the Postgres that only the files of this worker use, one after the other: an open
 * transaction of another file would move the mark from which catch-up and verification count rows as changed.
 */
export function postgresUrl(): string {
  const urls = inject('postgresUrls')
  const worker = Number(process.env['VITEST_POOL_ID'])
  const url = urls[(worker - 1) % urls.length]
  if (url === undefined) throw new Error('VITEST_POOL_ID is not the number of a worker')
  return url
}
