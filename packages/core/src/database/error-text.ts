import { DrizzleQueryError } from 'drizzle-orm'

/**
 * The message of an error; of a failed statement without its parameters, which may be the hash of a password.
 */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof DrizzleQueryError)) return error.message
  const cause = error.cause === undefined ? '' : `: ${errorMessage(error.cause)}`
  return `Failed query${cause} (${error.query})`
}

/** The same with where it happened, for the log. */
export function errorTrace(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return errorMessage(error)
  if (!(error instanceof DrizzleQueryError)) return error.stack
  // A stack begins with the name and the message.
  const frames = error.stack.slice(error.stack.indexOf(error.message) + error.message.length)
  return `${errorMessage(error)}${frames}`
}
