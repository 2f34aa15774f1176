/** How many errors around it an error of the driver is looked for in: Drizzle wraps it, and so do we. */
const maxDepth = 5

/** The SQLSTATE of Postgres' own error behind an error, or null when there is none (PostgreSQL manual, appendix A). */
export function sqlState(error: unknown): string | null {
  for (
    let cause = error, depth = 0;
    cause instanceof Error && depth < maxDepth;
    cause = cause.cause, depth++
  ) {
    const { code } = cause as { code?: unknown }
    if (cause.name === 'PostgresError' && typeof code === 'string') return code
  }
  return null
}
