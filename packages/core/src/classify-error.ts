import { z } from 'zod'
import { DatabaseUnavailableError, IngestionError, SearchUnavailableError } from './errors.ts'
import { classifyDatabaseError } from './rows/index.ts'
import { classifySearchError } from './search/index.ts'
import { UnexpectedDataError } from './unexpected-data-error.ts'

/** A caught error as one of the project's own; an unexpected error is returned as it is. */
export function classifyError(error: unknown): unknown {
  const own = findOwn(error)
  if (own) return own
  if (error instanceof z.core.$ZodError) return new UnexpectedDataError(placesOf(error), error)
  return classifySearchError(error) ?? classifyDatabaseError(error) ?? error
}

const maxPlaces = 5

function placesOf({ issues }: z.core.$ZodError): string {
  const places = new Set(issues.map(({ path }) => `/${path.map(String).join('/')}`))
  return [...places].slice(0, maxPlaces).join(', ')
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
