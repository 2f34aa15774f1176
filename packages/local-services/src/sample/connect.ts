import postgres from 'postgres'

/** Runs `use` with one connection whose session is in UTC, and closes it. */
export async function withConnection<Result>(
  databaseUrl: string,
  use: (sql: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const sql = postgres(databaseUrl, {
    max: 1,
    connection: { TimeZone: 'UTC' },
    onnotice: () => undefined,
  })
  try {
    return await use(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
