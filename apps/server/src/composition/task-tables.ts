import {
  classifyError,
  createSchemaGuard,
  DatabaseUnavailableError,
  type Clock,
} from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

const firstRetryMs = 500
const maxRetryMs = 15_000

export interface TaskTables {
  /**
   * Waits for the first attempt, so that requests right after the start are not refused.
   *
   * @throws DatabaseUnavailableError while they are not set up, and when a newer release has made tables that this
   *   release can't work with
   */
  assertReady(): Promise<void>
  /** Resolves to true when they are set up, to false when the signal aborted before. */
  setUp(signal: AbortSignal): Promise<boolean>
}

/**
 * Sets up the task tables, with retries until it succeeds: the server may start before its database.
 */
export function createTaskTables(options: {
  migrate(): Promise<void>
  /** Throws DatabaseRefusedError when this release can't work with the tables. */
  checkSchema(): Promise<void>
  clock: Clock
  log: Logger
}): TaskTables {
  const { migrate, checkSchema, clock, log } = options
  const firstTry = Promise.withResolvers<void>()
  let ready = false
  let failure: unknown = null
  const guard = createSchemaGuard({
    checkSchema,
    now: () => clock.now(),
    onRefused: (error) =>
      log.error('task tables need a newer release; this process works on no task', { error }),
  })

  async function trySetUp(): Promise<void> {
    try {
      await migrate()
      ready = true
      guard.markChecked()
    } catch (error) {
      failure = classifyError(error)
    }
    firstTry.resolve()
  }

  return {
    async assertReady() {
      await firstTry.promise
      if (ready) return guard.assertCompatible()
      const reason = failure instanceof Error ? failure.message : String(failure)
      throw new DatabaseUnavailableError(`the tables of the tasks are not set up yet: ${reason}`, {
        cause: failure,
      })
    },
    async setUp(signal) {
      for (let retryMs = firstRetryMs; !signal.aborted; retryMs = Math.min(maxRetryMs, retryMs * 2)) {
        await trySetUp()
        if (ready) return true
        const fields = { error: failure, retry_ms: retryMs }
        log.warn('task tables could not be set up; retrying', fields)
        // Aborted: the loop ends.
        await clock.sleep(retryMs, signal).catch(() => undefined)
      }
      return false
    },
  }
}
