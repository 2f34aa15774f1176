import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  connectPostgres,
  createAudioModel,
  createImageModel,
  submitTask,
  type PostgresConnection,
} from '../../src/index.ts'
import { createHarness, readIndex, runToEnd, type Harness } from '../support/harness.ts'
import { createSchema, setDefaults } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

const tables = ['image', 'audio'].flatMap((name) => [name, `api_deleted${name}`, `api_mature${name}`])

describe.each([
  ['public', 'with an empty search path'],
  ['Catalog', 'in a schema of its own, beside tables of the same names in public'],
])('a catalog in schema %s, %s', (schema) => {
  let harness: Harness
  let catalog: PostgresConnection
  beforeAll(async () => {
    harness = await createHarness({
      postgresUrl: postgresUrl(),
      openSearchUrl: inject('openSearchUrl'),
      models: [createImageModel(schema), createAudioModel(schema)],
    })
    const { sql } = harness
    if (schema !== 'public') {
      await createSchema(harness.databaseUrl, schema)
      for (const table of tables)
        await sql`create table ${sql(schema)}.${sql(table)} (like public.${sql(table)} including all)`
      await sql`insert into public.image (id, identifier, title) values (1, gen_random_uuid(), 'not this one')`
    }
    const image = sql`${sql(schema)}.image`
    await sql`insert into ${image} (id, identifier, title, meta_data, removed_from_source)
      select id, gen_random_uuid(), 'row ' || id, '{}', id % 10 = 0 from generate_series(1, 300) id`
    await sql`insert into ${sql(schema)}.api_deletedimage (identifier) select identifier from ${image} where id <= 3`
    await sql`insert into ${sql(schema)}.api_matureimage (identifier) select identifier from ${image} where id = 5`
    // A setting that a pooled connection may have kept.
    await setDefaults(postgresUrl(), harness.databaseUrl, { search_path: '' })
    catalog = connectPostgres(harness.databaseUrl)
  })
  afterAll(async () => {
    await catalog.close()
    await harness.close()
  })

  it('is loaded, caught up and verified from that schema only', async () => {
    expect(await catalog.db.execute(`select current_setting('search_path') as path`)).toEqual([
      { path: '""' },
    ])
    const context = { ...harness.context, db: catalog.db }
    const request = { model: 'image', action: 'REINDEX', index_suffix: harness.suffix } as const
    const task = await runToEnd(context, (await submitTask(context, request)).id)
    expect(task).toMatchObject({
      status: 'succeeded',
      counts: { read: 300, indexed: 267, dropped: { deleted: 3, removed_from_source: 30 } },
    })
    const found = await readIndex(harness.search, `image-${harness.suffix}`)
    expect(found.get('5')).toMatchObject({ mature: true, title: 'row 5' })
    expect(found.get('4')).toMatchObject({ mature: false, title: 'row 4' })
  })
})
