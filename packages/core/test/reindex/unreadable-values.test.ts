import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { reindex } from '../../src/index.ts'
import { createHarness, readIndex, type Harness } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'

/** meta_data, whether the document is mature, and whether the flag was unreadable. */
const flags: [metaData: unknown, mature: boolean, unreadable?: true][] = [
  [null, false],
  [{}, false],
  [{ mature: false }, false],
  [{ mature: null }, false],
  [{ mature: true }, true],
  ...[1, 0, 'yes', 't', 'true', 'false', '', ' true ', [true], [], {}, { a: false }].map(
    (mature): [unknown, boolean, true] => [{ mature }, true, true],
  ),
  [JSON.stringify({ mature: true }), true],
  [JSON.stringify(JSON.stringify({ mature: true })), true],
  [JSON.stringify({ mature: false, description: 'a mature "tree"' }), false],
  [JSON.stringify({ mature: 1 }), true, true],
  ["{'mature': True}", true, true],
  ['{"mature": true', true, true],
  [[{ mature: true }], true, true],
  ['nothing of the kind', false],
  [5, false],
  ['', false],
]
const tags: unknown[] = [
  'bird',
  { name: 'bird' },
  ['bird'],
  [{ name: 'a' }, 'bird'],
  JSON.stringify([{ name: 'a' }]),
  {},
  null,
]

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('%s', (_, urlName) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await createHarness({
      postgresUrl: postgresUrl(),
      openSearchUrl: inject(urlName),
      actions: [reindex],
      settings: { shards: 1 },
    })
  })
  afterAll(() => harness.close())

  test('an unreadable flag counts as mature, other unreadable values are left out, and both are counted', async () => {
    const { sql, search } = harness
    const rows = [...flags.map(([meta_data]) => ({ meta_data })), ...tags.map((value) => ({ tags: value }))]
    await sql`insert into image (id, meta_data, tags, removed_from_source)
      select id, value -> 'meta_data', value -> 'tags', false
      from jsonb_array_elements(${sql.json(rows as never)}) with ordinality as rows (value, id)`
    const task = await harness.reindex()
    expect(task).toMatchObject({
      status: 'succeeded',
      error: null,
      counts: { read: rows.length, indexed: rows.length },
      leftOut: { mature: flags.filter(([, , unreadable]) => unreadable).length, tags: 4, meta_data: 5 },
    })
    const documents = (await readIndex(search, task.index)) as Map<string, Record<string, unknown>>
    const read = (position: number, field: string) => documents.get(String(position + 1))?.[field]
    expect(flags.map((_, position) => read(position, 'mature'))).toEqual(flags.map(([, mature]) => mature))
    expect(tags.map((_, position) => read(flags.length + position, 'tags'))).toEqual([
      undefined,
      undefined,
      undefined,
      [{ name: 'a' }],
      [{ name: 'a' }],
      undefined,
      undefined,
    ])
  })

  test('columns of type json with NUL and lone surrogates are loaded', async () => {
    const { sql, search } = harness
    await sql`truncate image`
    await sql`alter table image alter meta_data type json, alter tags type json`
    await sql`insert into image (id, meta_data, tags, removed_from_source) values
      (1, ${String.raw`{"description": "a\u0000b", "mature": true}`}::text::json, ' [ {"name" : "bird"} ]', false),
      (2, ${String.raw`{"description": "half \ud83d"}`}::text::json, ${String.raw`[{"name": "\udc00"}]`}::text::json, false),
      (3, '{"description": "plain"}', '[]', false)`
    const task = await harness.reindex({ index_suffix: `${harness.suffix}-json` })
    expect(task).toMatchObject({
      status: 'succeeded',
      error: null,
      counts: { read: 3, indexed: 3, failed: 0 },
      leftOut: {},
    })
    const documents = await readIndex(search, task.index)
    expect(documents.get('1')).toMatchObject({ description: 'a\0b', mature: true, tags: [{ name: 'bird' }] })
    expect(documents.get('2')).toMatchObject({
      description: 'half \ud83d',
      tags: [{ name: '\udc00' }],
      mature: false,
    })
    expect(documents.get('3')).toMatchObject({ description: 'plain' })
  })
})
