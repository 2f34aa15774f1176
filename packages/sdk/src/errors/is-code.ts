import type { ErrorCode } from './error-code.ts'
import { IngestionError } from './ingestion-error.ts'

/**
 * Whether a caught value is an error of this package with that code.
 *
 * @example if (isCode(error, 'index_exists')) return
 */
export function isCode<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is IngestionError & { readonly code: Code } {
  return error instanceof IngestionError && error.code === code
}
