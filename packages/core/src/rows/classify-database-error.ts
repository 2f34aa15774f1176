import { DatabaseRefusedError, DatabaseUnavailableError, TableNotFoundError } from '../errors.ts'

/** Error codes of postgres.js and of the operating system for a connection that is not there. */
const lostConnectionCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
])

/**
 * SQLSTATE classes and codes that go away by themselves (PostgreSQL manual, appendix A): 08 connection, 53 out
 * of resources, 57P shutting down or starting, 57014 cancelled, 40 deadlock or a standby's recovery conflict, 25P03
 * and 25P04 a transaction that took too long: postgres.js 3.4 tells the next statement over that connection of it too.
 */
const transientStates = ['08', '53', '57P', '57014', '40', '25P03', '25P04']
const undefinedTable = '42P01'

/** The failure behind an error of postgres.js or Drizzle, or null when it is none of theirs. */
export function classifyDatabaseError(
  error: unknown,
): DatabaseUnavailableError | DatabaseRefusedError | TableNotFoundError | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as { code?: unknown }
    if (typeof code !== 'string') continue
    if (cause.name === 'PostgresError') return classifyState(code, cause)
    if (lostConnectionCodes.has(code) && !isSearchError(cause)) {
      return new DatabaseUnavailableError(`the database can't be reached: ${cause.message}`, { cause: error })
    }
  }
  return null
}

function classifyState(state: string, cause: Error) {
  if (transientStates.some((prefix) => state.startsWith(prefix))) {
    return new DatabaseUnavailableError(`the database can't answer now: ${cause.message}`, { cause })
  }
  if (state === undefinedTable) {
    return new TableNotFoundError(
      /relation "([^"]+)"/.exec(cause.message)?.[1] ?? 'that was asked for',
      cause,
    )
  }
  return new DatabaseRefusedError(`the database refused a statement: ${cause.message} (${state})`, { cause })
}

/** The OpenSearch client's connection errors carry the system's codes too. */
function isSearchError(error: Error): boolean {
  return 'meta' in error
}
