import { sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/**
 * Expressions on a jsonb or json column that usually contains an object, for Postgres 14 and later. They never raise an
 * error, whatever the column contains: an error would end the statement and lose all rows of a page.
 *
 * A value is plain when it is an object that Postgres' `->` can read. Other values are selected by `wholeValue` and
 * parsed in this process: lists, scalars, objects that were encoded as JSON twice, and in a json column every text with
 * a `\u`, because `->` fails for all members if one of them has `\u0000` or half of a surrogate pair, which json keeps
 * as written.
 */

const space = String.raw`[ \t\r\n]*`
const beginsWithObject = literal(`^${space}[{]`)
const beginsWithString = literal(`^${space}"`)

/** A literal that is independent of `standard_conforming_strings`. */
function literal(text: string): SQL {
  return sql.raw(`E'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", "''")}'`)
}

/** Whether the column's type is jsonb itself. Costs 20 ns per row; a domain over jsonb is handled like json. */
const isJsonb = (column: PgColumn) => sql`pg_typeof(${column}) = 'jsonb'::regtype`
// For a jsonb column the cast does nothing. `position` finds the backslash in either literal syntax.
const isPlainJsonb = (column: PgColumn) => sql`jsonb_typeof(${column}::jsonb) = 'object'`
const hasNoEscape = (column: PgColumn) => sql`position(chr(92) || 'u' in ${column}::text) = 0`
const isPlain = (column: PgColumn) =>
  sql`case when ${isJsonb(column)} then ${isPlainJsonb(column)} else ${column}::text ~ ${beginsWithObject} and ${hasNoEscape(column)} end`

/** JSON text of a member of a plain value; null if absent. */
export function plainMember(column: PgColumn, key: string): SQL<string | null> {
  const name = literal(key)
  return sql`case when ${isJsonb(column)} or ${hasNoEscape(column)} then ${column} -> ${name} end`
}

/** JSON text of a value that is not plain; null if it is plain. */
export function wholeValue(column: PgColumn): SQL<string | null> {
  return sql`case when ${isPlain(column)} then null else ${column} end`
}

/**
 * A flag of an object, as JSON text: `true`, `false`, `null`, or anything else for an unreadable flag; SQL null if
 * there is none. In a value that is not plain the flag is searched in the text with regular expressions, because
 * casting invalid JSON raises an error before Postgres 16. There a flag at any depth counts, and a value that can't be
 * read as an object has an unreadable flag if it contains the flag's name.
 *
 * @param key of letters
 */
export function flagText(column: PgColumn, key: string): SQL<string | null> {
  const name = literal(key)
  return sql`case when ${isPlain(column)} then (${column} -> ${name})::text when ${column} is not null then ${searchFlag(column, key)} end`
}

/** Maximum number of nested JSON encodings that are unwrapped; deeper ones are unreadable. */
const encodings = 3

function searchFlag(column: PgColumn, key: string): SQL {
  const flag = `"${key}"${space}:`
  // Every string except the flag's key becomes "", which leaves the structure and the flag.
  const strings = literal(String.raw`(${flag})|"(?:[^"\\]|\\.)*"`)
  const readFlags = literal(`${flag}""${space}(?:false|null|(true))(?=${space}[,}])`)
  const structure = literal(String.raw`^[]["{},:0-9eE+.truefalsn \t\r\n-]*[}]${space}$`)
  // A letter of the key may be written as an escape.
  const codes = Array.from(new Set(key), (letter) => letter.charCodeAt(0).toString(16))
  const escapedLetter = literal(String.raw`\\u00(?:${codes.join('|')})`)
  const firstGroup = literal(String.raw`\1""`)

  let text = sql`select ${column}::text as t`
  // `offset 0` prevents the planner from inlining each text's expression wherever the text is used.
  for (let times = 0; times < encodings; times++)
    text = sql`select ${unwrapped} as t from (${text} offset 0) w`
  const structured = sql`select t, regexp_replace(regexp_replace(t, ${strings}, ${firstGroup}, 'g'), ${readFlags}, ${literal(String.raw`""\1`)}, 'g') as s from (${text} offset 0) w`
  return sql`(select case
    when t ~* ${escapedLetter} then 'unreadable'
    when t ~ ${beginsWithObject} and s ~ ${structure} then case when s ~ '""true' then 'true' end
    when t ~* ${literal(key)} then 'unreadable'
  end from (${structured} offset 0) w)`
}

/** The content of a JSON string `t`, without quotes and escapes; any other text unchanged. */
const unwrapped = sql`case when t ~ ${beginsWithString} then regexp_replace(regexp_replace(replace(t, chr(92) || 'u0022', chr(92) || '"'), ${literal(`^${space}"|"${space}$`)}, '', 'g'), ${literal(String.raw`\\(?:[nrtbf]|(["\\/]))`)}, ${literal(String.raw`\1`)}, 'g') else t end`
