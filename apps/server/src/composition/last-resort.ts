import type { Logger } from '../observability/log.ts'

/** SQLSTATE class 57P: Postgres ends a connection, at a shutdown or by pg_terminate_backend. */
const endedByPostgres = /^57P/
const lostByTheSystem = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

/**
 * Whether an uncaught error concerns a single Postgres connection. The caller that waits for that connection gets
 * an error of its own. Two driver bugs end here: postgres.js 3.4 writes to a connection that was just closed
 * (`nextWrite`), and pg-boss 12 removes the listeners of a `pg` connection before it has ended.
 */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  if (typeof code === 'string')
    return (severity === 'FATAL' && endedByPostgres.test(code)) || lostByTheSystem.has(code)
  if (error.message === 'Connection terminated unexpectedly') return true
  return /null \(reading 'write'\)/.test(error.message) && /\bnextWrite\b/.test(error.stack ?? '')
}

/**
 * Logs an uncaught error. The process continues after an error that concerns a single connection;
 * after any other its state is unknown, and it exits with code 1.
 */
export function createLastResort(log: Logger, exit: (code: number) => void): (error: unknown) => void {
  return (error) => {
    if (isLostConnection(error))
      return log.error('database connection lost; the process continues', {
        error,
      })
    log.error(
      'unexpected error; the process exits, and other processes continue its tasks from their checkpoints',
      {
        error,
      },
    )
    exit(1)
  }
}
