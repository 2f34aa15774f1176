import {
  classifyError,
  createSchemaGuard,
  DatabaseUnavailableError,
  type Clock,
} from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'
import { retryWithBackoff } from '../retry-with-backoff.ts'

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
  random?: () => number
}): TaskTables {
  const { migrate, checkSchema, clock, log, random } = options
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
    await migrate()
    ready = true
    guard.markChecked()
    firstTry.resolve()
  }

  function onFailure(error: unknown, retryMs: number): void {
    failure = classifyError(error)
    firstTry.resolve()
    log.warn('task tables could not be set up; retrying', { error: failure, retry_ms: retryMs })
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
    setUp: (signal) => retryWithBackoff(trySetUp, { clock, signal, random, onFailure }),
  }
}
