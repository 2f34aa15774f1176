import { DrizzleQueryError } from 'drizzle-orm'

/** The message of an error. Omits the parameters of a failed statement, which may include a password hash. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof DrizzleQueryError)) return error.message
  const cause = error.cause === undefined ? '' : `: ${errorMessage(error.cause)}`
  return `Failed query${cause} (${error.query})`
}

/** The message and stack trace of an error, for the log. Omits parameters like `errorMessage`. */
export function errorTrace(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return errorMessage(error)
  if (!(error instanceof DrizzleQueryError)) return error.stack
  // A stack starts with the name and the message.
  const frames = error.stack.slice(error.stack.indexOf(error.message) + error.message.length)
  return `${errorMessage(error)}${frames}`
}
