import type postgres from 'postgres'
import { withConnection } from './connect.ts'

export const models = ['image', 'audio'] as const

export type Model = (typeof models)[number]

type Columns = readonly (readonly [name: string, type: string])[]

const start: Columns = [
  ['id', 'integer primary key'],
  ['created_on', 'timestamptz not null default now()'],
  ['updated_on', 'timestamptz not null default now()'],
  ['identifier', 'uuid not null unique default gen_random_uuid()'],
  ['provider', 'varchar'],
  ['source', 'varchar'],
  ['foreign_identifier', 'varchar'],
  ['foreign_landing_url', 'varchar'],
  ['url', 'varchar'],
  ['thumbnail', 'varchar'],
]
const middle: Columns = [
  ['filesize', 'integer'],
  ['license', 'varchar'],
  ['license_version', 'varchar'],
  ['creator', 'varchar'],
  ['creator_url', 'varchar'],
  ['title', 'varchar'],
  ['last_synced_with_source', 'timestamptz'],
  ['removed_from_source', 'boolean not null default false'],
  ['meta_data', 'jsonb'],
  ['view_count', 'integer default 0'],
  ['tags', 'jsonb'],
  ['watermarked', 'boolean'],
  ['filetype', 'varchar'],
]
const columns: Record<Model, Columns> = {
  image: [
    ...start,
    ['width', 'integer'],
    ['height', 'integer'],
    ...middle,
    ['standardized_popularity', 'double precision'],
    ['category', 'varchar'],
  ],
  audio: [
    ...start,
    ...middle,
    ['category', 'varchar'],
    ['genres', 'varchar[]'],
    ['duration', 'integer'],
    ['bit_rate', 'integer'],
    ['sample_rate', 'integer'],
    ['alt_files', 'jsonb'],
    ['audio_set_foreign_identifier', 'varchar'],
    ['audio_set_position', 'integer'],
    ['standardized_popularity', 'double precision'],
  ],
}

/** Creates missing catalog tables, empty: both models, and the lists of deleted and mature rows. */
export async function createCatalogTables(databaseUrl: string): Promise<void> {
  await withConnection(databaseUrl, (sql) =>
    sql.begin(async (transaction) => {
      for (const model of models) {
        await createTable(transaction, model, columns[model])
        await createTable(transaction, `api_deleted${model}`, [
          ['created_on', 'timestamptz not null default now()'],
          ['updated_on', 'timestamptz not null default now()'],
          ['identifier', 'uuid primary key'],
        ])
        await createTable(transaction, `api_mature${model}`, [
          ['created_on', 'timestamptz not null default now()'],
          ['identifier', 'uuid primary key'],
        ])
      }
    }),
  )
}

/** The names of a table's columns, in order. */
export function listColumns(model: Model): string[] {
  return columns[model].map(([name]) => name)
}

/** Whether the table has at least one row. */
export async function hasRows(sql: postgres.Sql, model: Model): Promise<boolean> {
  const rows = await sql`select 1 from ${sql(model)} limit 1`
  return rows.length > 0
}

async function createTable(sql: postgres.TransactionSql, name: string, list: Columns): Promise<void> {
  const body = list.map(([column, type]) => `${column} ${type}`).join(', ')
  await sql.unsafe(`create table if not exists ${name} (${body})`)
}
