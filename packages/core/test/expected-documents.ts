import type postgres from 'postgres'

/** Result of `readExpectedDocuments` for one table. `read` = documents.size + both counts of `dropped`. */
interface ExpectedDocuments {
  /** Document by `_id`, the row's id as text. */
  documents: Map<string, Record<string, unknown>>
  dropped: { deleted: number; removed_from_source: number }
  read: number
}

/**
 * An independent implementation: Postgres computes the documents from the rules of design/domain.md ("Document"),
 * without the code under test, so that a mistake passes only if it is made twice, in two languages.
 *
 * Every row of `<schema>.<model>` is read once, in one statement. A row that is both removed from its source
 * and deleted counts once, as `deleted`: api_deleted is checked first.
 * No value of `meta_data`, `tags` or `alt_files` raises an error. Needs Postgres 16 (`json_object`,
 * `pg_input_is_valid`); keeps all documents in memory, so it is for tests only.
 */
export async function readExpectedDocuments(
  sql: postgres.Sql,
  model: 'image' | 'audio',
  schema = 'public',
): Promise<ExpectedDocuments> {
  const table = (name: string) => sql`${sql(schema)}.${sql(name)}`

  const rows = await sql.begin('isolation level repeatable read read only', async (transaction) => {
    // A created_on without a zone (as in the audio rows of ../data) means UTC: with this, the cast to
    // timestamptz below is right for both kinds of column, whatever the session's zone.
    await transaction`set local time zone 'UTC'`
    // 1, the default, writes a float8 so that JSON.parse gives back the same number; 0 would round it.
    await transaction`set local extra_float_digits = 1`

    return await transaction<
      { id: string; fate: keyof ExpectedDocuments['dropped'] | 'kept'; document: string }[]
    >`
      select r.id::text as id, fate, json_object(
        ${commonFields(sql)},
        ${model === 'image' ? imageFields(sql) : audioFields(sql)}
        absent on null -- of this object only: jsonb_strip_nulls would reach into a tag's name as well
      )::text as document
      from ${table(model)} r
      -- offset 0 prevents that the expressions are evaluated again wherever they are used
      cross join lateral (select to_jsonb(r) as row_json offset 0) converted
      cross join lateral (select
        ${unwrapped(sql, sql`row_json -> 'meta_data'`)} as meta,
        ${unwrapped(sql, sql`row_json -> 'tags'`)} as tag_list,
        ${unwrapped(sql, sql`row_json -> 'alt_files'`)} as files
        offset 0
      ) unwrapped
      cross join lateral (select
        case
          when exists (select from ${table(`api_deleted${model}`)} d where d.identifier = r.identifier)
            then 'deleted'
          when r.removed_from_source then 'removed_from_source'
          else 'kept'
        end as fate,
        exists (select from ${table(`api_mature${model}`)} m where m.identifier = r.identifier) as in_api_mature,
        ${popularity(sql)} as popularity_raw,
        ${authorityBoost(sql)} as boost_raw
        offset 0
      ) facts
      cross join lateral (select
        ${rankFeature(sql, 'popularity_raw')} as popularity,
        ${rankFeature(sql, 'boost_raw')} as boost
        offset 0
      ) features`
  })

  const result: ExpectedDocuments = {
    documents: new Map(),
    dropped: { deleted: 0, removed_from_source: 0 },
    read: rows.length,
  }
  for (const { id, fate, document } of rows) {
    if (fate === 'kept') result.documents.set(id, JSON.parse(document) as Record<string, unknown>)
    else result.dropped[fate]++
  }
  return result
}

/** Part of a statement; valid only inside one. */
type Fragment = postgres.PendingQuery<postgres.Row[]>

// The fields are `key: value` pairs for json_object; SQL null is left out, an empty string kept.
// They refer to the row as `r` and to the columns of the two laterals above.

function commonFields(sql: postgres.Sql): Fragment {
  return sql`
    'id': r.id,
    'identifier': r.identifier,
    'title': r.title,
    'foreign_landing_url': r.foreign_landing_url,
    'description': ${textOf(sql, 'description', 2000)},
    'creator': r.creator,
    'creator_url': r.creator_url,
    'url': r.url,
    'license': lower(r.license),
    'license_version': r.license_version,
    'license_url': ${textOf(sql, 'license_url')},
    'provider': r.provider,
    'source': r.source,
    'category': r.category,
    -- to_char writes a year before Christ without saying so. US is always six digits, where a cast to text would cut zeros at the end
    'created_on': case when r.created_on::timestamptz >= '0001-01-01' and r.created_on::timestamptz < '10000-01-01' then to_char(r.created_on::timestamptz, 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') end,
    'tags': ${tags(sql)},
    'mature': in_api_mature or ${isFlagged(sql)},
    'standardized_popularity': popularity,
    'authority_boost': boost,
    'max_boost': greatest(coalesce(popularity, 1), coalesce(boost, 1)),
    'min_boost': least(coalesce(popularity, 1), coalesce(boost, 1))`
}

function imageFields(sql: postgres.Sql): Fragment {
  // bigint: the product of two 32 bit dimensions can overflow 32 bits, an error in Postgres.
  const pixels = sql`(r.width::bigint * r.height)`
  const suffix = sql`lower(substring(r.url from ${String.raw`\.([^.]*)$`}::text))`
  return sql`
    'thumbnail': r.thumbnail,
    'aspect_ratio': case
      when r.height > r.width then 'tall'
      when r.height < r.width then 'wide'
      when r.height = r.width then 'square' -- not "else", which would take a null dimension
    end,
    'size': case
      when ${pixels} < 640 * 480 then 'small'
      when ${pixels} < 1600 * 900 then 'medium'
      when ${pixels} >= 1600 * 900 then 'large'
    end,
    'extension': case when ${suffix} <> '' and ${suffix} not like '%/%' then ${suffix} end`
}

function audioFields(sql: postgres.Sql): Fragment {
  return sql`
    'bit_rate': r.bit_rate,
    'sample_rate': r.sample_rate,
    'genres': nullif(array_remove(r.genres, null), '{}'),
    'duration': r.duration, -- milliseconds; 0 is kept
    'length': case
      when r.duration = 0 then null
      when r.duration < 30 * 1000 then 'shortest'
      when r.duration < 2 * 60 * 1000 then 'short'
      when r.duration < 10 * 60 * 1000 then 'medium'
      when r.duration >= 10 * 60 * 1000 then 'long'
    end,
    'filetype': r.filetype,
    'extension': coalesce(
      (
        select jsonb_agg(file -> 'filetype' order by position)
        from ${entriesOf(sql, 'files')} as entries (file, position)
        where jsonb_typeof(file -> 'filetype') = 'string'
      ),
      to_jsonb(r.filetype)
    )`
}

/** A list of `{name, accuracy?}`, null if no tag has a name; both values are unchanged, of any JSON type. */
function tags(sql: postgres.Sql): Fragment {
  return sql`(
    select json_agg(
      json_object('name': tag -> 'name', 'accuracy': nullif(tag -> 'accuracy', 'null') absent on null)
      order by position
    )
    from ${entriesOf(sql, 'tag_list')} as entries (entry, position)
    cross join lateral (select ${unwrapped(sql, sql`entry`)} as tag) unwrapped
    where tag -> 'name' <> 'null' -- nor is it true for a tag that is not an object: there "->" gives null
  )`
}

/** A table (entry, position) of a value of the row; empty if it is not an array. */
function entriesOf(sql: postgres.Sql, value: 'tag_list' | 'files'): Fragment {
  const list = sql(value)
  // The guard has to be inside the argument: jsonb_array_elements raises an error for other types, and
  // Postgres may call it before it evaluates a "where".
  return sql`jsonb_array_elements(case jsonb_typeof(${list}) when 'array' then ${list} else '[]' end) with ordinality`
}

/** Decodes JSON that was encoded as a JSON string up to three times more; returns other values unchanged. */
function unwrapped(sql: postgres.Sql, json: Fragment): Fragment {
  return sql`case when jsonb_typeof(${json}) = 'string' then (
    with recursive encodings (value, depth) as (
      select ${json}, 0
      union all
      select (value #>> '{}')::jsonb, depth + 1
      from encodings
      where jsonb_typeof(value) = 'string' and depth < 3
        and case when pg_input_is_valid(value #>> '{}', 'jsonb') then true else false end
    )
    select value from encodings order by depth desc limit 1
  ) else ${json} end`
}

/**
 * Whether a row is marked as mature, or might be. In an object the flag is one of its members; if that object was
 * encoded as a string, a flag at any depth counts; other values might be mature if they contain the word.
 */
function isFlagged(sql: postgres.Sql): Fragment {
  return sql`case
    when r.meta_data is null then false
    when jsonb_typeof(row_json -> 'meta_data') = 'object'
      then coalesce(meta -> 'mature' not in ('false', 'null'), false)
    when jsonb_typeof(meta) = 'object' then exists (
      select from jsonb_path_query(meta, 'strict $.**.mature', silent => true) as flag
      where flag not in ('false', 'null')
    )
    else meta::text ~* 'mature'
  end`
}

/**
 * The text under a key of meta_data; null unless meta_data is an object. Numbers, booleans and the scalar entries of
 * a list are converted.
 */
function textOf(sql: postgres.Sql, key: string, most = 1_000_000): Fragment {
  const value = sql`(meta -> ${key}::text)`
  const isFinite = (json: Fragment) =>
    sql`(jsonb_typeof(${json}) <> 'number' or pg_input_is_valid(${json}::text, 'float8'))`
  return sql`case jsonb_typeof(${value})
    when 'string' then to_json(left(meta ->> ${key}::text, ${most}::int)) -- left() counts code points
    when 'array' then (
      select json_agg(entry order by position)
      from jsonb_array_elements(case jsonb_typeof(${value}) when 'array' then ${value} else '[]' end)
        with ordinality as entries (entry, position)
      where position <= ${most}::int and jsonb_typeof(entry) in ('string', 'number', 'boolean') and ${isFinite(sql`entry`)}
    )
    when 'number' then case when ${isFinite(value)} then ${value}::json end
    when 'boolean' then ${value}::json
  end`
}

/** Popularity times 100. Limited before the multiplication, as 1e308 * 100 is an error in Postgres, not Infinity. */
function popularity(sql: postgres.Sql): Fragment {
  const value = sql`r.standardized_popularity::float8`
  // NaN counts as larger than any number, including Infinity.
  return sql`case when ${value} > 0 and ${value} < 'NaN' then least(${value}, 1) * 100 end`
}

/**
 * White space around a number, as JavaScript and Python agree on it. Listed explicitly, because `\s` and `\d`
 * depend on the collation of the database.
 */
const space = String.raw`[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*`
const decimalNumber = `^${space}([-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?)${space}$`

/** meta_data.authority_boost if that key exists, with any value; otherwise the default of the provider. */
function authorityBoost(sql: postgres.Sql): Fragment {
  // The operator "?" would also find the key in an array or a string; "->" finds keys of an object only, and
  // returns 'null', not null, for a key with the value null.
  const own = sql`meta -> 'authority_boost'`
  // Null for anything but a decimal number: words, an empty string, NaN, Infinity, hexadecimal, any other JSON type.
  const digits = sql`case when jsonb_typeof(${own}) in ('number', 'string')
    then substring(meta ->> 'authority_boost' from ${decimalNumber}::text) end`
  return sql`case
    when ${own} is not null
      -- beyond float8 ("1e999", a JSON number of 400 digits) the cast would raise an error
      then case when pg_input_is_valid(${digits}, 'float8') then (${digits})::float8 end
    when r.provider in ('flickr', 'behance', 'thingiverse', 'sketchfab', 'deviantart') then 75
    when r.provider in (
      'thorvaldsensmuseum', 'svgsilh', 'smithsonian', 'rijksmuseum', 'museumsvictoria', 'met',
      'mccordsmuseum', 'digitaltmuseum', 'clevelandmuseum', 'brooklynmuseum'
    ) then 90
    when r.provider = 'stocksnap' then 85
  end`
}

/**
 * The value in 0..100, or null. 1.17549435e-38 is the smallest normal 32 bit float: OpenSearch refuses a
 * rank_feature below it as if it were not positive.
 */
function rankFeature(sql: postgres.Sql, column: 'popularity_raw' | 'boost_raw'): Fragment {
  const value = sql(column)
  return sql`case when ${value} >= float8 '1.17549435e-38' then least(${value}, 100) end`
}
