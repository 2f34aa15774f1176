import { classifyError, DatabaseUnavailableError, type Clock } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'
import { retryWithBackoff } from '../retry-with-backoff.ts'

const maxRetryMs = 5_000
/** How long the migration is retried while the database is unavailable. Postgres takes about as long to recover after a crash. */
const defaultLimitMs = 120_000

/**
 * Migrates the task tables. Retries for a limited time while the database is unavailable; any
 * other error ends it, because only the operator can remove its cause.
 *
 * @returns whether the tables are up to date; the log has the reason if they are not
 */
export async function migrateOnce(options: {
  migrate(): Promise<void>
  clock: Clock
  log: Logger
  limitMs?: number
  random?: () => number
}): Promise<boolean> {
  const { migrate, clock, log, limitMs = defaultLimitMs, random } = options
  const giveUpAt = clock.now() + limitMs
  function onFailure(cause: unknown, retryMs: number): void {
    const error = classifyError(cause)
    if (!(error instanceof DatabaseUnavailableError) || clock.now() + retryMs > giveUpAt) throw error
    log.warn('database unavailable; retrying the migration', { error, retry_ms: retryMs })
  }
  try {
    await retryWithBackoff(migrate, { clock, maxRetryMs, random, onFailure })
    log.info('task tables are up to date')
    return true
  } catch (error) {
    log.error('task tables could not be migrated', { error })
    return false
  }
}
