import { DatabaseUnavailableError, IngestionError, SearchUnavailableError } from './errors.ts'
import { classifyDatabaseError } from './rows/index.ts'
import { classifySearchError } from './search/index.ts'

/** A caught error as one of the project's own; an error that nobody foresaw is given back as it is. */
export function classifyError(error: unknown): unknown {
  if (error instanceof IngestionError) return error
  return classifySearchError(error) ?? classifyDatabaseError(error) ?? error
}

/** Whether the same call can be expected to succeed later, and whose fault it is. */
export function unavailableService(error: unknown): 'opensearch' | 'postgres' | null {
  if (error instanceof SearchUnavailableError) return 'opensearch'
  return error instanceof DatabaseUnavailableError ? 'postgres' : null
}
