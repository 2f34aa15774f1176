import { classifyError, DatabaseUnavailableError, type Clock } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

const firstRetryMs = 500
const maxRetryMs = 5_000
/** How long an unavailable database is tried again. Postgres takes about as long to recover after a crash. */
const defaultLimitMs = 120_000

/**
 * Brings the tables of the tasks up to date, for `main.mjs migrate`. An unavailable database is tried again for a limited
 * time; any other error ends it, because only the operator can remove its cause.
 *
 * @returns whether the tables are up to date; the log has the reason if they are not
 */
export async function migrateOnce(options: {
  migrate(): Promise<void>
  clock: Clock
  log: Logger
  limitMs?: number
}): Promise<boolean> {
  const { migrate, clock, log, limitMs = defaultLimitMs } = options
  const giveUpAt = clock.now() + limitMs
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(maxRetryMs, retryMs * 2)) {
    try {
      await migrate()
      log.info('the tables of the tasks are up to date')
      return true
    } catch (cause) {
      const error = classifyError(cause)
      if (!(error instanceof DatabaseUnavailableError) || clock.now() + retryMs > giveUpAt) {
        log.error('the tables of the tasks could not be brought up to date', { error })
        return false
      }
      log.warn('the database is unavailable; the migration is tried again', { error, retry_ms: retryMs })
      await clock.sleep(retryMs)
    }
  }
}
