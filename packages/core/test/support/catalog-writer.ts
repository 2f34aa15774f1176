import type postgres from 'postgres'

export interface CatalogChange {
  id: number
  /** The current title of the row, empty without one; null if the row has no document any more. */
  title: string | null
  /** The database's clock after the commit, ISO 8601 with microseconds. */
  committedAt: string
}

/** Inserts, updates, deletes, drops and marks images, one transaction each, until stopped. */
export function startCatalogWriter(sql: postgres.Sql): { changes(): CatalogChange[]; stop(): Promise<void> } {
  const changes: CatalogChange[] = []
  const entered = new Set<number>()
  let stopped = false
  let inserted = 0

  const kinds = [
    async (title: string) => {
      const id = 10_000_000 + ++inserted
      await sql`insert into image select * from jsonb_populate_record(null::image, (
        select to_jsonb(image) || jsonb_build_object('id', ${id}::int, 'identifier', gen_random_uuid(), 'title', ${title}::text, 'updated_on', now(), 'removed_from_source', false)
        from image order by id limit 1))`
      return [{ id, title }]
    },
    (title: string) =>
      update(sql`set title = ${title}, updated_on = now(), removed_from_source = false`, title),
    (title: string) =>
      update(sql`set title = ${title}, updated_on = now(), removed_from_source = true`, null),
    async () => withoutTitle(await sql`delete from image where id = (${randomId()}) returning id`),
    async () => {
      const rows = await enter('api_deletedimage')
      for (const { id } of rows) entered.add(id)
      return rows
    },
    () => enter('api_matureimage'),
  ]
  /** Inserts a row into one of the two tables beside it. */
  const enter = (table: string) => sql<{ id: number; title: string | null }[]>`
    with row as (select id, identifier, case when not removed_from_source then coalesce(title, '') end as title from image where id = (${randomId()})),
      entry as (insert into ${sql(table)} (identifier, created_on) select identifier, now() from row on conflict do nothing)
    select id, title from row`
  const randomId = () => sql`select id from image where id > 0 offset floor(random() * 3000) limit 1`
  const withoutTitle = (rows: readonly postgres.Row[]) =>
    rows.map((row) => ({ id: Number(row['id']), title: null }))
  async function update(assignments: postgres.PendingQuery<postgres.Row[]>, title: string | null) {
    const rows = await sql`update image ${assignments} where id = (${randomId()}) returning id`
    return rows.map((row) => ({ id: Number(row['id']), title }))
  }

  const writing = (async () => {
    for (let turn = 0; !stopped; turn++) {
      const change = kinds[turn % kinds.length] as (typeof kinds)[number]
      const rows = await change(`version ${turn}`)
      const [clock] = await sql<{ now: string }[]>`
        select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`
      for (const { id, title } of rows) {
        changes.push({ id, title: entered.has(id) ? null : title, committedAt: String(clock?.now) })
      }
    }
  })()

  return {
    changes: () => changes,
    async stop() {
      stopped = true
      await writing
    },
  }
}
