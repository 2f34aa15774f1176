import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { connectPostgres, planTask } from '../../src/index.ts'
import { createHarness, type Harness } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await harness.sql`alter table image rename to image_template`
  await harness.sql`alter index image_pkey rename to image_template_pkey`
})
afterAll(() => harness.close())
beforeEach(async () => {
  const relations = await harness.sql<{ kind: string }[]>`
    select case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
    from pg_class where relname = 'image'`
  for (const { kind } of relations) await harness.sql.unsafe(`drop ${kind} image cascade`)
  await harness.sql`drop table if exists image_rows`
  await harness.sql`create table image (like image_template including all)`
})

const forecast = (options: Partial<Harness['context']> = {}) =>
  planTask(
    { ...harness.context, ...options },
    { model: 'image', action: 'REINDEX', index_suffix: harness.suffix },
  )

/** Precondition failures after a change of the catalog. */
async function preconditionFailuresAfter(...changes: string[]) {
  for (const change of changes) await harness.sql.unsafe(change)
  const { refusals, rows } = await forecast()
  if (refusals.length > 0) expect(rows).toBe(null)
  return refusals
}

test.each(['smallint', 'integer', 'bigint'])('ids of type %s can be read', async (type) => {
  expect(await preconditionFailuresAfter(`alter table image alter id type ${type}`)).toEqual([])
})

test('ids of a domain can be read by their base type', async () => {
  await harness.sql`create domain row_number as bigint`
  await harness.sql`create domain image_number as row_number check (value > 0)`
  expect(await preconditionFailuresAfter('alter table image alter id type image_number')).toEqual([])
  await harness.sql`drop domain image_number cascade`
})

test.each([
  ['numeric', 'id::numeric'],
  ['text', 'id::text'],
  ['uuid', 'gen_random_uuid()'],
  ['double precision', 'id::float8'],
])('ids of type %s are refused, with advice', async (type, using) => {
  const [failure, ...others] = await preconditionFailuresAfter(
    'alter table image alter id drop default',
    `alter table image alter id type ${type} using ${using}`,
  )
  expect(others).toEqual([])
  expect(failure).toMatchObject({ code: 'table_unusable', column: 'id', type })
  expect(failure?.detail).toContain('add a column of type bigint')
})

test.each([
  ['no index', []],
  ['an index that is not unique', ['create index on image (id)']],
  ['a partial unique index', ['create unique index on image (id) where id > 0']],
  ['a unique index of two columns', ['create unique index on image (id, provider)']],
  ['a hash index', ['create index on image using hash (id)']],
])('a table with %s is refused, with the statement that repairs it', async (_, indexes) => {
  const [failure] = await preconditionFailuresAfter(
    'alter table image drop constraint image_pkey',
    ...indexes,
  )
  expect(failure).toMatchObject({
    code: 'table_unusable',
    help: 'create unique index concurrently on "public"."image" ("id")',
  })
  expect(await preconditionFailuresAfter(String(failure?.['help']))).toEqual([])
})

test('all missing columns of all tables are named at once', async () => {
  const failures = await preconditionFailuresAfter(
    'alter table image drop column title, drop column tags',
    'alter table api_matureimage rename identifier to image_identifier',
  )
  await harness.sql`alter table api_matureimage rename image_identifier to identifier`
  expect(failures).toMatchObject([
    { code: 'column_missing', columns: ['title', 'tags'] },
    { code: 'column_missing', columns: ['identifier'] },
  ])
})

test('a table without its change column is accepted', async () => {
  expect(await preconditionFailuresAfter('alter table image drop column updated_on')).toEqual([])
  expect((await forecast()).catch_up_by).toBe('transaction_id')
})

test("columns whose type differs from the model's are refused by name", async () => {
  const failures = await preconditionFailuresAfter(
    'alter table image alter removed_from_source drop default',
    'alter table image alter removed_from_source type integer using removed_from_source::int',
    'alter table image alter width type text using width::text',
    'alter table image alter identifier drop default',
    'alter table image alter identifier type text using identifier::text',
  )
  expect(failures.map(({ column, type }) => [column, type])).toEqual(
    expect.arrayContaining([
      ['removed_from_source', 'integer'],
      ['width', 'text'],
    ]),
  )
  expect(failures.filter(({ column }) => column === 'identifier')).toHaveLength(2)
})

test('a task on such a table fails immediately with the same code', async () => {
  await harness.sql`alter table image drop column title`
  expect(await harness.reindex()).toMatchObject({
    status: 'failed',
    phase: 'planning',
    error: { code: 'column_missing', columns: ['title'] },
  })
})

test('the plan warns about views and other limits of change detection', async () => {
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create view image as select * from image_rows`
  const plan = await forecast()
  expect(plan).toMatchObject({ refusals: [], catch_up_by: 'change_column' })
  expect(plan.warnings).toEqual(
    expect.arrayContaining([expect.stringContaining('is a view and its rows have no transaction ids')]),
  )
})

test('materialized views have transaction ids, and need a unique index', async () => {
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create materialized view image as select * from image_rows`
  expect(await preconditionFailuresAfter()).toMatchObject([{ code: 'table_unusable', column: 'id' }])
  await harness.sql`create unique index on image (id)`
  expect(await forecast()).toMatchObject({ refusals: [], catch_up_by: 'transaction_id' })
  await harness.sql`drop materialized view image`
})

test("partitions without an index on their ids are refused, and the plan warns if that index can't be unique", async () => {
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create table image (like image_rows including defaults) partition by list (provider)`
  await harness.sql`create table image_rest partition of image default`
  const [failure] = await preconditionFailuresAfter()
  expect(failure).toMatchObject({ code: 'table_unusable', help: 'create index on "public"."image" ("id")' })
  expect(await preconditionFailuresAfter(String(failure?.['help']))).toEqual([])
  expect((await forecast()).warnings).toEqual(
    expect.arrayContaining([expect.stringContaining('rules out that an id occurs twice')]),
  )
})

test('the plan warns about inherited tables and nullable ids', async () => {
  await harness.sql`create table image_more () inherits (image)`
  await harness.sql`create index on image_more (id)`
  expect((await forecast()).warnings).toEqual(
    expect.arrayContaining([expect.stringContaining('rules out that an id occurs twice')]),
  )
  await harness.sql`drop table image_more`
  await harness.sql`alter table image drop constraint image_pkey`
  await harness.sql`alter table image alter id drop not null`
  await harness.sql`create unique index on image (id)`
  expect((await forecast()).warnings).toEqual(
    expect.arrayContaining([expect.stringContaining('column id of public.image may be null')]),
  )
})

/** Runs with a role that owns nothing and reads only what is granted. */
async function asReader(
  work: (role: {
    name: string
    admin: postgres.Sql
    plan(): ReturnType<typeof forecast>
    refusals(): ReturnType<typeof preconditionFailuresAfter>
  }) => Promise<void>,
) {
  const name = `reader_${randomUUID().replaceAll('-', '')}`
  const url = new URL(harness.databaseUrl)
  url.username = 'postgres'
  const admin = postgres(url.href, { max: 1, onnotice: () => undefined, prepare: false })
  await admin.unsafe(`create role ${name} login; grant usage on schema public to ${name}`)
  url.username = name
  const reader = connectPostgres(url.href, { maxConnections: 1 })
  try {
    const plan = () => forecast({ db: reader.db })
    await work({ name, admin, plan, refusals: async () => (await plan()).refusals })
  } finally {
    await reader.close()
    await admin.unsafe(`drop owned by ${name}; drop role ${name}`)
    await admin.end()
  }
}

test('a table that the role may not read is refused with the GRANT that is missing', () =>
  asReader(async ({ name, admin, refusals }) => {
    await admin.unsafe(`grant select on image, api_deletedimage to ${name}`)
    expect(await refusals()).toMatchObject([
      {
        code: 'table_unusable',
        help: expect.stringContaining('GRANT SELECT ON "public"."api_matureimage"') as string,
      },
    ])
    await admin.unsafe(`grant select on api_matureimage to ${name}`)
    expect(await refusals()).toEqual([])
  }))

test.each(['api_deletedimage', 'api_matureimage'])(
  'row level security that may hide sensitive marks is refused: %s',
  (table) =>
    asReader(async ({ name, admin, refusals }) => {
      await admin.unsafe(`grant select on image, api_deletedimage, api_matureimage to ${name}`)
      await admin.unsafe(`alter table ${table} enable row level security`)
      try {
        expect(await refusals()).toMatchObject([
          {
            code: 'table_unusable',
            detail: expect.stringContaining(`${table}`) as string,
            help: expect.stringContaining('BYPASSRLS') as string,
          },
        ])
        await admin.unsafe(`alter role ${name} bypassrls`)
        expect(await refusals()).toEqual([])
      } finally {
        await admin.unsafe(`alter table ${table} disable row level security`)
      }
    }),
)

test('the plan warns about row level security that may hide rows of the model', () =>
  asReader(async ({ name, admin, plan }) => {
    await admin.unsafe(`grant select on image, api_deletedimage, api_matureimage to ${name}`)
    await admin.unsafe('alter table image enable row level security')
    expect(await plan()).toMatchObject({
      refusals: [],
      warnings: expect.arrayContaining([
        expect.stringContaining('row level security of public.image'),
      ]) as string[],
    })
  }))
