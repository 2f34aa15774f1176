import { DatabaseRefusedError, DatabaseUnavailableError, TableNotFoundError } from '../errors.ts'

/** Error codes of postgres.js and of the operating system for a missing or lost connection. */
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
 * SQLSTATE classes and codes of transient errors (PostgreSQL manual, appendix A): 08 connection, 53 out of resources,
 * 57P shutting down or starting, 57014 cancelled, 40 deadlock or recovery conflict on a standby, 25P03 and 25P04
 * transaction timeout (postgres.js 3.4 also reports it to the next statement), 55P03 lock not available in time.
 */
const transientStates = ['08', '53', '57P', '57014', '40', '25P03', '25P04', '55P03']

/** Limits that a database or a role may set too low, by the SQLSTATE of exceeding them. */
const settings: Readonly<Record<string, string>> = {
  '57014': 'statement_timeout',
  '55P03': 'lock_timeout',
  '25P03': 'idle_in_transaction_session_timeout',
  '25P04': 'transaction_timeout',
  '57P05': 'idle_session_timeout',
}

/** SQLSTATE protocol_violation: a pooler's response to a URL parameter that it does not pass on. */
const protocolViolation = '08P01'
const undefinedTable = '42P01'

/** Classifies an error of postgres.js or Drizzle; null for any other error. */
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
  if (state === protocolViolation && cause.message.includes('startup parameter')) {
    return new DatabaseRefusedError(
      `the connection pooler refused a connection: ${cause.message}; take \`options\` out of the URL, or add the name to the pooler's ignore_startup_parameters`,
      { cause },
    )
  }
  const setting = limitOf(state, cause)
  if (setting !== null) {
    return new DatabaseUnavailableError(
      `a statement took longer than the database allows: ${cause.message}; raise ${setting} for the role (ALTER ROLE … SET ${setting} = …)`,
      { cause },
    )
  }
  if (transientStates.some((prefix) => state.startsWith(prefix))) {
    return new DatabaseUnavailableError(`the database can't execute the statement now: ${cause.message}`, {
      cause,
    })
  }
  if (state === undefinedTable) {
    return new TableNotFoundError(
      /relation "([^"]+)"/.exec(cause.message)?.[1] ?? 'that the statement names',
      cause,
    )
  }
  return new DatabaseRefusedError(`the database refused a statement: ${cause.message} (${state})`, { cause })
}

/** The setting whose limit was reached, or null. A cancelled statement has 57014 too. */
function limitOf(state: string, { message }: Error): string | null {
  if (state === '57014' && !message.includes('statement timeout')) return null
  return settings[state] ?? null
}

/** Connection errors of the OpenSearch client have system error codes too. */
function isSearchError(error: Error): boolean {
  return 'meta' in error
}
