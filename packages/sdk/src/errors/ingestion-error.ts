import type { ErrorCode } from './error-code.ts'

/** Everything that this package throws for a reason of its own. `code` is stable, messages are not. */
export abstract class IngestionError extends Error {
  abstract readonly code: ErrorCode
  /**
   * Key of the request that starts a task, whether you gave it or the client made it. Start the task again with it and
   * the same arguments: when the first request arrived after all, you get the same task and no second one. Undefined
   * for requests that carry no key.
   */
  idempotencyKey: string | undefined
}
