import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { reindex, submitTask, type Action, type ReindexRequest } from '../../src/index.ts'
import { afterPhase } from '../support/after-phase.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  readIndex,
  runToEnd,
  type Harness,
} from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { settle } from '../support/settle.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
let index: string
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    // Pages of some dozen documents.
    settings: { rowsPerItem: 500, targetBodyLength: 40_000 },
  })
  index = `image-${harness.suffix}`
  await loadImages(harness, 2_000)
  await settle(harness.sql)
})
afterEach(() => harness.close())

async function run(request: Partial<ReindexRequest>, action: Action = reindex, search = harness.search) {
  const context = { ...harness.context, search, actions: [action] }
  const task = await submitTask(context, {
    model: 'image',
    action: 'REINDEX',
    index_suffix: harness.suffix,
    ...request,
  })
  return runToEnd(context, task.id)
}

/** REINDEX with documents changed in the index once all are loaded. */
function tampering(change: (keys: string[]) => object[]): Action {
  return afterPhase('catching_up', async () => {
    const keys = [...(await readIndex(harness.search, index)).keys()].sort((a, b) => Number(a) - Number(b))
    const { body } = await harness.search.bulk({ index, body: change(keys) })
    expect(body.errors).toBe(false)
  })
}

const update = (key: string | undefined, doc: object) => [{ update: { _id: key } }, { doc }]

test('different, missing and additional fields are named and counted, and the documents are written again', async () => {
  const task = await run(
    { verify: 'documents' },
    tampering((keys) => [
      ...update(keys[3], { title: 'another title' }),
      ...update(keys[4], { title: 'another title', license: 'other', unknown: 'field' }),
      // Fields that OpenSearch doesn't index are compared too.
      ...update(keys[500], { url: null }),
      { delete: { _id: keys[600] } },
      { index: { _id: 'orphan' } },
      { id: Number(keys[601]), mature: false },
    ]),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  const { documents } = await expectIndexToEqualDatabase(harness, 'image', index)
  expect(task.result?.['verification']).toEqual({
    depth: 'documents',
    sample: null,
    documents: documents.size,
    documents_compared: documents.size,
    // Five, and the key that the id of the orphan belongs to.
    documents_repaired: 6,
    fields_repaired: [
      { field: 'title', documents: 2 },
      ...['license', 'unknown', 'url'].map((field) => ({ field, documents: 1 })),
    ],
  })
})

test('formatting of a document is not a difference, and a number beyond 2^53 is', async () => {
  await harness.sql`update image set removed_from_source = false, tags = '[{"name": "a", "accuracy": 0.5}]' where id in (3, 4)`
  const task = await run(
    { verify: 'documents' },
    tampering(() => [3, 4].flatMap((id) => update(String(id), {}))),
  )
  expect(task.result?.['verification']).toMatchObject({ documents_repaired: 0, fields_repaired: [] })

  await harness.search.indices.delete({ index })
  let written = ''
  const second = await run(
    { verify: 'documents', index_suffix: `${harness.suffix}-b` },
    afterPhase('catching_up', async () => {
      const { body } = await harness.search.get({ index: `${index}-b`, id: '3' })
      const fields = Object.entries(body._source as object).reverse()
      written = JSON.stringify(Object.fromEntries(fields), null, 1).replace(
        '"accuracy": 0.5',
        '"accuracy": 5.0e-1',
      )
      await harness.search.index({ index: `${index}-b`, id: '3', body: written as never })
    }),
  )
  expect(written).toContain('5.0e-1')
  expect(second.result?.['verification']).toMatchObject({ documents_repaired: 0, fields_repaired: [] })
})

test('an index whose documents a proxy changes is refused with the fields that differ', async () => {
  const decoder = new TextDecoder()
  const search = interceptCalls(harness.search, async (call, proceed, [request]) => {
    if (call !== 'bulk') return proceed()
    // Simulates an ingest pipeline or a proxy in front of OpenSearch.
    const parameters = request as { body: Uint8Array }
    const changed = decoder
      .decode(parameters.body)
      .replace(/("_id":"3"}}\n.*?"title":)"[^"]*"/, '$1"changed on the way"')
    parameters.body = new TextEncoder().encode(changed)
    return proceed()
  })
  await harness.sql`update image set removed_from_source = false, title = 'right' where id = 3`
  const task = await run({ verify: 'documents' }, reindex, search)
  expect(task).toMatchObject({
    status: 'failed',
    error: { code: 'verification_failed', ids: ['3'], fields: [{ field: 'title', documents: 1 }] },
  })
  expect(task.error?.detail).toContain('title (1 documents)')
  expect(await harness.context.store.getIndex(String(task.state['indexUuid']))).toBe(null)
})

test('rows that change while documents are compared and repaired end in a verified index', async () => {
  let version = 0
  const changeRows = async () => {
    version++
    await harness.sql`update image set title = ${`version ${version}`} where id % 7 = 0`
  }
  const verifying = reindex.phases.verifying!
  const mending = reindex.phases.mending!
  const task = await run(
    { verify: 'documents' },
    {
      ...reindex,
      phases: {
        ...reindex.phases,
        verifying: {
          next: verifying.next,
          work: async (context) => {
            await changeRows()
            return verifying.work!(context)
          },
        },
        mending: {
          next: mending.next,
          work: async (context) => {
            const result = await mending.work!(context)
            await changeRows()
            return result
          },
        },
      },
    },
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(task.result?.['verification']).toMatchObject({
    fields_repaired: [{ field: 'title', documents: expect.any(Number) as number }],
  })
  // No document is older than `as_of`, and all others are unchanged.
  await harness.sql`update image set title = 'x' where id % 7 = 0`
  const documents = await readIndex(harness.search, index)
  for (const [key, document] of documents) {
    if (Number(key) % 7 === 0) expect((document as { title: string }).title).toMatch(/^version \d+$/)
  }
})

test('if more rows differ than are listed, their whole range is written again', async () => {
  await harness.sql`truncate image`
  await harness.sql`insert into image (id, identifier, updated_on, created_on, title, removed_from_source)
    select id, gen_random_uuid(), '2020-01-01', '2020-01-01', 'title ' || id, false from generate_series(1, 12000) id`
  Object.assign(harness.context.settings, { rowsPerItem: 20_000, targetBodyLength: 2_000_000 })
  const task = await run(
    { verify: 'documents' },
    afterPhase('catching_up', async () => {
      await harness.search.indices.refresh({ index })
      await harness.search.updateByQuery({
        index,
        refresh: true,
        body: { script: { source: "ctx._source.title = 'wrong'" }, query: { match_all: {} } },
      })
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(task.result?.['verification']).toMatchObject({
    documents_compared: 24_000,
    fields_repaired: [{ field: 'title', documents: 12_000 }],
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('every worker takes the same sample of the rows, and its differences are repaired', async () => {
  const task = await run(
    { verify_sample: 0.25 },
    tampering((keys) => keys.flatMap((key) => update(key, { title: 'wrong' }))),
  )
  const verification = task.result?.['verification'] as Record<string, number>
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(verification).toMatchObject({ depth: 'documents', sample: 0.25 })
  const {
    documents_compared: compared,
    documents_repaired: repaired,
    documents,
  } = verification as {
    documents_compared: number
    documents_repaired: number
    documents: number
  }
  expect(compared / documents).toBeGreaterThan(0.18)
  expect(compared / documents).toBeLessThan(0.32)
  expect(repaired).toBe(compared)
  const found = await readIndex(harness.search, index)
  expect([...found.values()].filter((each) => (each as { title: string }).title !== 'wrong')).toHaveLength(
    compared,
  )
})

test('ids are verified for all rows beside a sample of documents', async () => {
  const task = await run(
    { verify: 'documents', verify_sample: 0.001 },
    tampering((keys) => [100, 200, 300].map((at) => ({ delete: { _id: keys[at] } }))),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a response that is not from OpenSearch, or breaks off, is waited for like an outage', async () => {
  const texts = [
    '<html>sign in</html>',
    '{"timed_out":false,"hits":{"hits":[{"_id":"1","_sou',
    '{"status":"ok"}',
  ]
  let broken = 0
  const search = interceptCalls(harness.search, async (call, proceed, [, options]) => {
    const response = (await proceed()) as { body: unknown }
    const isStream = call === 'search' && (options as { asStream?: boolean } | undefined)?.asStream === true
    if (!isStream || broken >= texts.length) return response
    broken++
    for await (const chunk of response.body as AsyncIterable<unknown>) void chunk
    const text = texts[broken - 1]
    return {
      ...response,
      body: (async function* () {
        yield new TextEncoder().encode(text)
      })(),
    }
  })
  const task = await run({ verify: 'documents' }, reindex, search)
  expect(broken).toBe(texts.length)
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(task.result?.['verification']).toMatchObject({ documents_repaired: 0 })
})
