/**
 * Maximum number of wrapping errors that are searched for a driver error: Drizzle wraps it, and so does this product.
 */
const maxDepth = 5

const conflictStates = new Set(['40001', '40P01', '57P01'])

/**
 * The SQLSTATE of the Postgres error that caused an error, or null if there is none (PostgreSQL manual, appendix A).
 */
export function sqlState(error: unknown): string | null {
  return findPostgresError(error)?.code ?? null
}

/**
 * Whether Postgres ended a statement because it took too long: by `statement_timeout` (57014), or by a recovery
 * conflict on a standby (40001, 40P01, and 57P01 where it closed the connection). The same statement over fewer rows
 * may succeed.
 */
export function wasTooLong(error: unknown): boolean {
  const found = findPostgresError(error)
  return (
    (found?.code === '57014' && found.message.includes('statement timeout')) ||
    (conflictStates.has(found?.code ?? '') && found?.message.includes('conflict with recovery') === true)
  )
}

function findPostgresError(error: unknown): { code: string; message: string } | null {
  for (
    let cause = error, depth = 0;
    cause instanceof Error && depth < maxDepth;
    cause = cause.cause, depth++
  ) {
    const { code } = cause as { code?: unknown }
    if (cause.name === 'PostgresError' && typeof code === 'string') return { code, message: cause.message }
  }
  return null
}
