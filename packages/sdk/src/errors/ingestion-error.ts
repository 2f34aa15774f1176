import type { ErrorCode } from './error-code.ts'

/** Everything that this package throws for a reason of its own. `code` is stable, messages are not. */
export abstract class IngestionError extends Error {
  abstract readonly code: ErrorCode
}
