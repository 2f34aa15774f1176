import { DatabaseUnavailableError, IngestionError, SearchUnavailableError } from './errors.ts'
import { classifyDatabaseError } from './rows/index.ts'
import { classifySearchError } from './search/index.ts'

/** A caught error as one of the project's own; an error that nobody foresaw is given back as it is. */
export function classifyError(error: unknown): unknown {
  const own = findOwn(error)
  if (own) return own
  return classifySearchError(error) ?? classifyDatabaseError(error) ?? error
}

/** Drizzle wraps what its client throws, errors of the project's own too. */
function findOwn(error: unknown): IngestionError | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof IngestionError) return cause
  }
  return null
}

/** Whether the same call can be expected to succeed later, and whose fault it is. */
export function unavailableService(error: unknown): 'opensearch' | 'postgres' | null {
  if (error instanceof SearchUnavailableError) return 'opensearch'
  return error instanceof DatabaseUnavailableError ? 'postgres' : null
}
