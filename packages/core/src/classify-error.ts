import { z } from 'zod'
import { DatabaseUnavailableError, IngestionError, SearchUnavailableError } from './errors.ts'
import { classifyDatabaseError } from './rows/index.ts'
import { classifySearchError } from './search/index.ts'
import { UnexpectedDataError } from './unexpected-data-error.ts'

/** Converts a caught error to one of this project's errors; an unexpected error is returned unchanged. */
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

/** Drizzle wraps errors of its client, including this project's own. */
function findOwn(error: unknown): IngestionError | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof IngestionError) return cause
  }
  return null
}

/** The service that an error is about if the same call may succeed later; null for other errors. */
export function unavailableService(error: unknown): 'opensearch' | 'postgres' | null {
  if (error instanceof SearchUnavailableError) return 'opensearch'
  return error instanceof DatabaseUnavailableError ? 'postgres' : null
}
