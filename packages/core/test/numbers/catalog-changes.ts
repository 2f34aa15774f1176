import type { Harness } from '../support/harness.ts'

/** States of a row. A refused row has a value that the mapping of its field can't hold. */
export const changes = ['refuse', 'repair', 'remove', 'restore', 'delete', 'drop', 'insert'] as const
export interface Change {
  kind: (typeof changes)[number]
  /** Picks the row. */
  row: number
}

const refused = '[{"name": "a", "accuracy": "high"}]'

export async function createRows({ sql }: Harness, count: number): Promise<void> {
  await sql`truncate image, api_deletedimage`
  await sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source, updated_on)
    select id, gen_random_uuid(), case when id % 3 = 0 then 'sensitive' else 'harmless' end,
      'https://example.org/' || id, '{}', '[]', false, now()
    from generate_series(1, ${count}::int) id`
}

/** Changes a row, like applications do: with its time of update. A missing row stays missing. */
export async function changeRow({ sql }: Pick<Harness, 'sql'>, { kind, row }: Change): Promise<void> {
  switch (kind) {
    case 'refuse':
      await sql`update image set tags = ${refused}::text::jsonb, updated_on = now() where id = ${row}`
      return
    case 'repair':
      await sql`update image set tags = '[]', updated_on = now() where id = ${row}`
      return
    case 'remove':
      await sql`update image set removed_from_source = true, updated_on = now() where id = ${row}`
      return
    case 'restore':
      await sql`update image set removed_from_source = false, updated_on = now() where id = ${row}`
      return
    case 'delete':
      // In the order of applications: the list first.
      await sql`insert into api_deletedimage (identifier, created_on, updated_on)
        select identifier, now(), now() from image where id = ${row} on conflict do nothing`
      return
    case 'drop':
      await sql`delete from image where id = ${row}`
      return
    case 'insert':
      await sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source, updated_on)
        values (${row + 100}, gen_random_uuid(), 'harmless', 'https://example.org/', '{}', '[]', false, now())
        on conflict do nothing`
  }
}

/** Repairs every row that would be refused. */
export async function repairAll({ sql }: Pick<Harness, 'sql'>): Promise<void> {
  await sql`update image set tags = '[]', updated_on = now() where tags::text <> '[]'`
}

export interface TableNumbers {
  read: number
  indexed: number
  deleted: number
  removed: number
  failed: number
}

/** The expected counts of the table, from separate SQL. */
export async function readTable({ sql }: Pick<Harness, 'sql'>): Promise<TableNumbers> {
  const [numbers] = await sql<TableNumbers[]>`
    with row as (
      select removed_from_source as removed, tags::text <> '[]' as refused,
        exists (select from api_deletedimage where identifier = image.identifier) as deleted
      from image
    )
    select count(*)::int as read,
      (count(*) filter (where deleted))::int as deleted,
      (count(*) filter (where removed and not deleted))::int as removed,
      (count(*) filter (where refused and not removed and not deleted))::int as failed,
      (count(*) filter (where not refused and not removed and not deleted))::int as indexed
    from row`
  if (!numbers) throw new Error('a count gives a row')
  return numbers
}
