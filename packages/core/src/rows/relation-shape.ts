import { sql } from 'drizzle-orm'
import type { Model } from '../models/index.ts'
import { quoteName } from './catalog-facts.ts'
import type { Database } from '../database/index.ts'

/**
 * A hash of everything except the rows that decides which rows a model's tables have and what their columns contain:
 * tables, partitions and child tables, columns with the default values of rows older than the column, enum labels, and
 * view definitions. A change to any of these changes what is read without writing a row, so no transaction id shows it.
 */
export async function readShape(db: Database, model: Model): Promise<string | null> {
  const names = [model.table, ...model.related.map(({ key }) => key.table)].map(quoteName)
  const [row] = await db.execute<{ shape: string | null }>(sql`
    with recursive member (oid) as (
      select to_regclass(name)::oid from unnest(string_to_array(${names.join('\n')}, chr(10))) as name
      union select i.inhrelid from member join pg_inherits i on i.inhparent = member.oid
    ),
    attribute as (
      select a.* from member join pg_attribute a on a.attrelid = member.oid
      where a.attnum > 0 and not a.attisdropped
    ),
    -- Of a column, of the elements of a list, and of what a domain is based on.
    used_type (oid) as (
      select atttypid from attribute
      union select unnest(array[t.typelem, t.typbasetype]) from used_type join pg_type t on t.oid = used_type.oid
    ),
    line (text) as (
      select concat_ws(' ', 'relation', c.oid, c.relkind, case when c.relkind = 'v' then pg_get_viewdef(c.oid) end)
        from member join pg_class c on c.oid = member.oid
      union all
      select concat_ws(' ', 'column', attrelid, attnum, attname, atttypid, atttypmod, attmissingval::text)
        from attribute
      union all
      select concat_ws(' ', 'label', e.enumtypid, e.oid, e.enumlabel)
        from pg_enum e where e.enumtypid in (select oid from used_type)
    )
    select md5(string_agg(text, chr(10) order by text collate "C")) as shape from line`)
  return row?.shape ?? null
}
