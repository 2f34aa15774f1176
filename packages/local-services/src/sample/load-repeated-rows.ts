import { listColumns, type Model } from './catalog-tables.ts'
import { withConnection } from './connect.ts'

/** Values of a copy that replace those of its row: $1 is the number of the copy, from 1, $2 the id to continue from. */
const replacements: Record<string, string> = {
  id: '$2::integer + row_number() over (order by id)::integer',
  identifier: "md5(identifier::text || '#' || $1::text)::uuid",
  foreign_identifier: "foreign_identifier || '-' || $1::text",
  foreign_landing_url: repeatUrl('foreign_landing_url'),
  url: repeatUrl('url'),
}

/**
 * Adds `count` rows, in the order of their ids, by repeating the rows of the table with new ids, identifiers and URLs
 * (deterministic). For tests and benchmarks with large tables.
 *
 * @throws Error when the table is empty
 */
export async function loadRepeatedRows(
  databaseUrl: string,
  { model, count }: { model: Model; count: number },
): Promise<void> {
  const names = listColumns(model)
  const values = names.map((name) => replacements[name] ?? name)
  const insertCopy = `insert into ${model} (${names.join(', ')})
    select ${values.join(', ')} from ${model} where id <= $3 order by ${model}.id limit $4`
  await withConnection(databaseUrl, (sql) =>
    sql.begin(async (transaction) => {
      const [source] = await transaction<{ last: number | null }[]>`select max(id) as last from ${sql(model)}`
      if (source?.last == null) throw new Error(`the table ${model} has no rows to repeat; load some first`)
      let added = 0
      for (let copy = 1; added < count; copy += 1) {
        const parameters = [String(copy), source.last + added, source.last, count - added]
        const inserted = await transaction.unsafe(insertCopy, parameters, { prepare: true })
        added += inserted.count
      }
      await transaction`analyze ${sql(model)}`
    }),
  )
}

/** Another host, the same extension. Some real rows have a URL without a scheme. */
function repeatUrl(column: string): string {
  return `case when ${column} like '%://%' then replace(${column}, '://', '://copy-' || $1::text || '.')
    else 'copy-' || $1::text || '.' || ${column} end`
}
