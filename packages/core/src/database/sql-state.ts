/** How many errors around it an error of the driver is looked for in: Drizzle wraps it, and so do we. */
const maxDepth = 5

const conflictStates = new Set(['40001', '40P01', '57P01'])

/** The SQLSTATE of Postgres' own error behind an error, or null when there is none (PostgreSQL manual, appendix A). */
export function sqlState(error: unknown): string | null {
  return findPostgresError(error)?.code ?? null
}

/**
 * Whether Postgres ended a statement because it took too long: for `statement_timeout` (57014), or on a standby that had
 * to apply what the primary did meanwhile (40001, 40P01, and 57P01 where it ended the connection). The same statement over fewer rows may pass.
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
