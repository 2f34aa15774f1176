import type postgres from 'postgres'

/**
 * Inserts copies of a task.
 *
 * @param changes SQL of a JSON object with the columns that differ; `n` counts the copies from 1 on
 * @example
 * await copyTask(sql, id, 3_000, `jsonb_build_object('index_name', 'many-' || n)`)
 */
export async function copyTask(sql: postgres.Sql, id: string, count: number, changes: string): Promise<void> {
  // A generated column takes no value.
  const rows = await sql<{ name: string }[]>`
    select quote_ident(column_name) as name from information_schema.columns
    where table_schema = 'ingestion' and table_name = 'task' and is_generated = 'NEVER'`
  const columns = rows.map(({ name }) => name).join(', ')
  await sql.unsafe(
    `insert into ingestion.task (${columns}) select ${columns} from (
      select changed.* from ingestion.task cross join generate_series(1, $2::int) as n
      cross join lateral jsonb_populate_record(task,
        jsonb_build_object('id', gen_random_uuid(), 'idempotency_key', null) || ${changes}) as changed
      where task.id = $1
    ) as copy`,
    [id, count],
  )
}
