import { sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/**
 * Expressions on a column of type jsonb or json that holds an object as a rule, for Postgres 14 and later. None of
 * them raises an error, whatever the column holds: an error would end the statement, and with it all rows of a page.
 *
 * A value is plain when it is an object that Postgres' `->` can read. What is not plain is read by `wholeValue` and
 * taken apart in this process. Not plain are lists, scalars and objects that were encoded as JSON twice, and in a
 * column of type json every text with a `\u`: `->` fails for all members if one of them has `\u0000` or half of a
 * surrogate pair, which json keeps as they were written.
 */

const space = String.raw`[ \t\r\n]*`
const beginsWithObject = literal(`^${space}[{]`)
const beginsWithString = literal(`^${space}"`)

/** A literal that reads the same whatever `standard_conforming_strings` is. */
function literal(text: string): SQL {
  return sql.raw(`E'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", "''")}'`)
}

/** Whether the column's type is jsonb itself. Costs 20 ns a row; a domain over jsonb is treated like json. */
const isJsonb = (column: PgColumn) => sql`pg_typeof(${column}) = 'jsonb'::regtype`
// For a column of jsonb the cast is nothing. `position` finds the backslash of a literal that may be written either way.
const isPlainJsonb = (column: PgColumn) => sql`jsonb_typeof(${column}::jsonb) = 'object'`
const hasNoEscape = (column: PgColumn) => sql`position(chr(92) || 'u' in ${column}::text) = 0`
const isPlain = (column: PgColumn) =>
  sql`case when ${isJsonb(column)} then ${isPlainJsonb(column)} else ${column}::text ~ ${beginsWithObject} and ${hasNoEscape(column)} end`

/** JSON text of a member of a plain value; null where there is none. */
export function plainMember(column: PgColumn, key: string): SQL<string | null> {
  const name = literal(key)
  return sql`case when ${isJsonb(column)} or ${hasNoEscape(column)} then ${column} -> ${name} end`
}

/** JSON text of a value that is not plain; null for one that is. */
export function wholeValue(column: PgColumn): SQL<string | null> {
  return sql`case when ${isPlain(column)} then null else ${column} end`
}

/**
 * A flag of an object, as JSON text: `true`, `false`, `null`, or anything else for a flag that can't be read as one;
 * SQL null where there is none. In a value that is not plain the flag is looked for in its text, by regular
 * expressions, since a cast of what may be no JSON would raise an error before Postgres 16: there a flag at any depth
 * counts, and what can't be read as an object has an unreadable flag when it holds the flag's name.
 *
 * @param key of letters
 */
export function flagText(column: PgColumn, key: string): SQL<string | null> {
  const name = literal(key)
  return sql`case when ${isPlain(column)} then (${column} -> ${name})::text when ${column} is not null then ${searchFlag(column, key)} end`
}

/** How often a text that was encoded again is unwrapped; one that was encoded more often can't be read. */
const encodings = 3

function searchFlag(column: PgColumn, key: string): SQL {
  const flag = `"${key}"${space}:`
  // Every string but the flag's key becomes "": what is left is the structure, and the flag.
  const strings = literal(String.raw`(${flag})|"(?:[^"\\]|\\.)*"`)
  const readFlags = literal(`${flag}""${space}(?:false|null|(true))(?=${space}[,}])`)
  const structure = literal(String.raw`^[]["{},:0-9eE+.truefalsn \t\r\n-]*[}]${space}$`)
  // A letter of the key may be written as an escape.
  const codes = Array.from(new Set(key), (letter) => letter.charCodeAt(0).toString(16))
  const escapedLetter = literal(String.raw`\\u00(?:${codes.join('|')})`)
  const firstGroup = literal(String.raw`\1""`)

  let text = sql`select ${column}::text as t`
  // `offset 0` keeps the planner from putting each text's expression wherever the text is used.
  for (let times = 0; times < encodings; times++)
    text = sql`select ${unwrapped} as t from (${text} offset 0) w`
  const structured = sql`select t, regexp_replace(regexp_replace(t, ${strings}, ${firstGroup}, 'g'), ${readFlags}, ${literal(String.raw`""\1`)}, 'g') as s from (${text} offset 0) w`
  return sql`(select case
    when t ~* ${escapedLetter} then 'unreadable'
    when t ~ ${beginsWithObject} and s ~ ${structure} then case when s ~ '""true' then 'true' end
    when t ~* ${literal(key)} then 'unreadable'
  end from (${structured} offset 0) w)`
}

/** A string of JSON, `t`, without its quotes and escapes; any other text as it is. */
const unwrapped = sql`case when t ~ ${beginsWithString} then regexp_replace(regexp_replace(replace(t, chr(92) || 'u0022', chr(92) || '"'), ${literal(`^${space}"|"${space}$`)}, '', 'g'), ${literal(String.raw`\\(?:[nrtbf]|(["\\/]))`)}, ${literal(String.raw`\1`)}, 'g') else t end`
