import type { Logger } from './log.ts'

/**
 * Whether an error that nothing caught is the known fault of postgres.js 3.4: it writes to a connection that has just
 * been closed (`nextWrite`), from a callback that no caller can catch. Only that connection is concerned; who waits for
 * it is told by its close. inTransaction keeps the product from getting there.
 */
export function isLostConnectionFault(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /null \(reading '(write|removeListener|setKeepAlive)'\)/.test(error.message) &&
    /\b(nextWrite|closed|connected)\b/.test(error.stack ?? '')
  )
}

/**
 * Logs an error that nothing caught. The process goes on after the one fault that is known to concern a single
 * connection; after any other its state is unknown, and it ends with exit code 1.
 */
export function createLastResort(log: Logger, exit: (code: number) => void): (error: unknown) => void {
  return (error) => {
    if (isLostConnectionFault(error))
      return log.error('a database connection was lost while it was written to; the process goes on', {
        error,
      })
    log.error('unexpected error; the process ends, and its tasks go on from their checkpoints elsewhere', {
      error,
    })
    exit(1)
  }
}
