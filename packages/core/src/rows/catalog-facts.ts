import { sql } from 'drizzle-orm'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { TableNotFoundError } from '../errors.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'

/** What the Postgres catalog contains about a relation that a model reads. */
export interface RelationFacts {
  /** For messages, with its schema where the model names one. */
  name: string
  /** Quoted for SQL. */
  quotedName: string
  oid: number
  kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table' | 'other'
  /** Columns by name. A domain counts as its base type. */
  columns: ReadonlyMap<string, { type: string; notNull: boolean }>
  /** Every row has the id of the transaction that wrote it. True for plain tables and their partitions. */
  hasTransactionIds: boolean
  /** The connected role may read at least one column. */
  isReadable: boolean
  /** Row level security hides rows from the connected role. */
  hidesRows: boolean
  /** The rows are in several tables: partitions, or tables that inherit from it. */
  hasChildren: boolean
  /** A btree index starts with the model's id, in every partition. */
  hasIdIndex: boolean
  /** A unique index guarantees that each id occurs once. */
  hasUniqueIds: boolean
}

/** Facts about a model's tables that its definition does not contain. */
export interface CatalogFacts {
  table: RelationFacts
  /** In the order of `Model.related`. */
  related: readonly RelationFacts[]
}

const kinds: Readonly<Record<string, RelationFacts['kind']>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}

const rowSchema = z.object({
  name: z.string(),
  oid: z.coerce.number(),
  kind: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), notNull: z.boolean() })).nullable(),
  has_transaction_ids: z.boolean().nullable(),
  is_readable: z.boolean(),
  hides_rows: z.boolean(),
  has_children: z.boolean(),
  has_id_index: z.boolean().nullable(),
  has_unique_ids: z.boolean(),
})

/** A table name for `to_regclass`: with its schema where the model names one, else resolved by search_path. */
export function quoteName(table: PgTable): string {
  const { schema, name } = getTableConfig(table)
  const quote = (part: string) => `"${part.replaceAll('"', '""')}"`
  return [...(schema === undefined ? [] : [schema]), name].map(quote).join('.')
}

/**
 * Reads the facts about a model's tables from the Postgres catalog.
 *
 * @throws TableNotFoundError for the first table that is missing
 */
export async function readCatalogFacts(db: Database, model: Model): Promise<CatalogFacts> {
  const names = [model.table, ...model.related.map(({ key }) => key.table)].map(quoteName)
  const rows = await db.execute(sql`
    with recursive wanted as (
      select name, to_regclass(name)::oid as oid from unnest(string_to_array(${names.join('\n')}, chr(10))) as name
    ),
    -- Each relation with its partitions and what inherits from it.
    member (root, oid) as (
      select oid, oid from wanted where oid is not null
      union select member.root, i.inhrelid from member join pg_inherits i on i.inhparent = member.oid
    ),
    id_index as (
      select i.indrelid as oid, bool_or(i.indisunique and i.indnkeyatts = 1) as is_unique
      from pg_index i
        join pg_class c on c.oid = i.indexrelid
        join pg_am m on m.oid = c.relam
        join pg_attribute k on k.attrelid = i.indrelid and k.attnum = i.indkey[0]
      where i.indrelid in (select oid from member) and i.indisvalid and i.indpred is null
        and m.amname = 'btree' and k.attname = ${model.table.id.name}
      group by i.indrelid
    )
    select wanted.name, c.oid::text, c.relkind::text as kind, row_security_active(c.oid) as hides_rows,
      has_any_column_privilege(c.oid, 'select') as is_readable,
      (select json_agg(json_build_object('name', a.attname, 'notNull', a.attnotnull, 'type', (
          with recursive base as (
            select oid, typtype, typbasetype from pg_type where oid = a.atttypid
            union all
            select t.oid, t.typtype, t.typbasetype from base join pg_type t on t.oid = base.typbasetype
            where base.typtype = 'd'
          )
          select format_type(oid, null) from base where typtype <> 'd'
        )))
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) as columns,
      (select bool_and(m.relkind = 'p' or (m.relkind in ('r', 'm') and am.amname = 'heap'))
        from member join pg_class m on m.oid = member.oid left join pg_am am on am.oid = m.relam
        where member.root = c.oid
      ) as has_transaction_ids,
      (select bool_and(m.oid in (select oid from id_index))
        from member join pg_class m on m.oid = member.oid
        where member.root = c.oid and m.relkind in ('r', 'm')
      ) as has_id_index,
      c.relkind = 'p' or exists (select from pg_inherits where inhparent = c.oid) as has_children,
      c.oid in (select oid from id_index where is_unique)
        and (c.relkind = 'p' or not exists (select from pg_inherits where inhparent = c.oid)) as has_unique_ids
    from wanted join pg_class c on c.oid = wanted.oid`)
  const found = new Map(
    z
      .array(rowSchema)
      .parse([...rows])
      .map((row) => [row.name, toRelationFacts(row)]),
  )
  const [table, ...related] = names.map((name) => {
    const facts = found.get(name)
    if (!facts) throw new TableNotFoundError(toLabel(name))
    return facts
  })
  return { table: table as RelationFacts, related }
}

function toLabel(quotedName: string): string {
  return quotedName.replaceAll('"', '')
}

function toRelationFacts(row: z.infer<typeof rowSchema>): RelationFacts {
  return {
    name: toLabel(row.name),
    quotedName: row.name,
    oid: row.oid,
    kind: kinds[row.kind] ?? 'other',
    columns: new Map((row.columns ?? []).map(({ name, ...column }) => [name, column])),
    hasTransactionIds: row.has_transaction_ids ?? false,
    isReadable: row.is_readable,
    hidesRows: row.hides_rows,
    hasChildren: row.has_children,
    // A partitioned table without partitions has no rows to sort.
    hasIdIndex: row.has_id_index ?? row.kind === 'p',
    hasUniqueIds: row.has_unique_ids,
  }
}
