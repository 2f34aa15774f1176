import { DatabaseRefusedError, DatabaseUnavailableError } from '../errors.ts'

/** How often calls check the schema again, which a newer release may have migrated meanwhile. */
const recheckMs = 5_000

/** Stops the work of a process once a newer release has migrated its tables; see `createSchemaGuard`. */
export interface SchemaGuard {
  /** Counts as a check: the next one is due after five seconds. */
  markChecked(): void
  /**
   * Checks the schema, at most every five seconds for all callers together.
   *
   * @throws DatabaseUnavailableError while a newer release has made tables that this release can't work with
   */
  assertCompatible(): Promise<void>
}

/**
 * Guards the work of a process that keeps running while a newer release migrates its schema.
 *
 * @param options.checkSchema throws DatabaseRefusedError when this release can't work with the tables
 * @param options.now milliseconds of any clock
 * @param options.onRefused called once for each check that found such a schema
 * @example
 * import { checkTaskSchema, connectPostgres, createSchemaGuard } from '@ingestion-server/core'
 *
 * const { db } = connectPostgres('postgres://user:password@localhost:5432/tasks')
 * const guard = createSchemaGuard({
 *   checkSchema: () => checkTaskSchema(db),
 *   now: () => Date.now(),
 *   onRefused: (error) => console.error(error.message),
 * })
 * await guard.assertCompatible() // before each piece of work
 */
export function createSchemaGuard(options: {
  checkSchema(): Promise<void>
  now(): number
  onRefused(error: DatabaseRefusedError): void
}): SchemaGuard {
  const { checkSchema, now, onRefused } = options
  let last = { at: -Infinity, done: Promise.resolve() }

  async function check(): Promise<void> {
    try {
      await checkSchema()
    } catch (error) {
      // Of other errors the caller learns by its own statement.
      if (!(error instanceof DatabaseRefusedError)) return
      onRefused(error)
      throw new DatabaseUnavailableError(error.message, { cause: error })
    }
  }

  return {
    markChecked() {
      last = { at: now(), done: Promise.resolve() }
    },
    assertCompatible() {
      if (now() - last.at >= recheckMs) {
        last = { at: now(), done: check() }
        // Thrown to those who wait for it.
        last.done.catch(() => undefined)
      }
      return last.done
    },
  }
}
