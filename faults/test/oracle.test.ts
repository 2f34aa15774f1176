import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { actions } from '@ingestion-server/core'
import { createHistory, listAllowedStates } from '@ingestion-server/core/testing/row-history.ts'
import { createHarness, readIndex, type Harness } from '@ingestion-server/core/testing/harness.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { createSchema } from '@ingestion-server/core/testing/test-database.ts'
import { createEngineCluster } from '@ingestion-server/server/testing/engine-cluster.ts'
import { enqueue, taskQueue } from '@ingestion-server/server/testing/open-jobs.ts'
import { createCommitLog } from '../oracle/commit-log.ts'
import { listDifferences, listFilterDifferences } from '../oracle/differences.ts'
import { listLeftovers } from '../oracle/leftovers.ts'
import { fillCatalog, readAsOf } from '../rounds/catalog.ts'

let harness: Harness
let index: string
let taskId: string
let compare: () => Promise<string[]>
let world: ReturnType<typeof createEngineCluster>

beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    actions,
    settings: { replicas: 0, shards: 1 },
  })
  const { sql, search } = harness
  await createSchema(harness.databaseUrl, 'states')
  await createHistory(sql)
  world = createEngineCluster(harness.databaseUrl)
  // It creates the queues, and takes no jobs.
  await world.startEngine({ worker: null }).check()
  const log = createCommitLog(() => sql)
  await fillCatalog(sql, 60, log)
  const change = async (statement: (connection: postgres.Sql) => Promise<unknown>) => {
    const connection = await sql.reserve()
    await connection`begin`
    await statement(connection)
    await log.commit(connection, (running) => running)
    connection.release()
  }
  await change((connection) => connection`update image set title = 'second version' where id = 6`)
  const task = await harness.reindex()
  expect(task).toMatchObject({ status: 'succeeded' })
  taskId = task.id
  index = task.index
  await change((connection) => connection`update image set title = 'third version' where id = 9`)
  const allowed = await listAllowedStates(sql, log.commits, await readAsOf(sql, taskId))
  compare = async () => listDifferences(await readIndex(search, index), allowed)
})
afterAll(async () => {
  await world.close()
  await harness.close()
})

/** Restores what a test removed from the index or the database. */
const undo: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  expect(await compare()).toEqual([])
  expect(await leftovers()).toEqual([])
})
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const leftovers = (expectedIndices = [index], maxTransactionSeconds = 30) =>
  listLeftovers({
    search: harness.search,
    sql: harness.sql,
    databaseUrl: harness.databaseUrl,
    expectedIndices,
    indexPattern: `*${harness.suffix}*`,
    maxTransactionSeconds,
  })

/** Writes a wrong document until the end of the test. */
async function plant(id: string, document: object | null): Promise<void> {
  const { search } = harness
  const before = (await readIndex(search, index)).get(id)
  const write = (body: unknown) =>
    body ? search.index({ index, id, body: body }) : search.delete({ index, id })
  await write(document)
  undo.push(() => write(before))
}

const documentOf = async (id: string) => {
  const document = (await readIndex(harness.search, index)).get(id)
  expect(document).toBeDefined()
  return document as Record<string, unknown>
}

test.each(['title', 'url', 'description', 'identifier'])('a changed %s is reported', async (field) => {
  await plant('6', { ...(await documentOf('6')), [field]: 'planted' })
  expect(await compare()).toEqual([expect.stringMatching(/^document 6 is .*planted/)])
})

test('a wrong mature flag is reported', async () => {
  const { mature, ...document } = await documentOf('6')
  await plant('6', { ...document, mature: mature !== true })
  expect(await compare()).toEqual([expect.stringMatching(/^document 6 is /)])
})

test('a missing and an additional field are reported', async () => {
  const incomplete = await documentOf('6')
  delete incomplete['tags']
  await plant('6', incomplete)
  expect(await compare()).toHaveLength(1)
  await plant('12', { ...(await documentOf('12')), rank: 1 })
  expect(await compare()).toHaveLength(2)
})

test('a missing document is reported', async () => {
  await plant('6', null)
  expect(await compare()).toEqual([expect.stringMatching(/^document 6 is null, expected one of/)])
})

test('a document without a row, and one of a deleted row, are reported', async () => {
  await plant('1000', { ...(await documentOf('6')), id: 1000 })
  await plant('39', { ...(await documentOf('6')), id: 39 })
  expect(await compare()).toEqual([
    expect.stringMatching(/^document 1000 has never had a row/),
    expect.stringMatching(/^document 39 is \{.*expected one of null/),
  ])
})

test('a version from before as_of is reported, and one from after it is not', async () => {
  await plant('6', { ...(await documentOf('6')), title: 'row 2' })
  expect(await compare()).toEqual([expect.stringMatching(/^document 6 is .*row 2/)])
  await plant('9', { ...(await documentOf('9')), title: 'third version' })
  expect(await compare()).toHaveLength(1)
})

test('in a filtered index, a document with the term, a missing one without it, and a changed one are reported', () => {
  const source = new Map<string, unknown>([
    ['1', { title: 'plain' }],
    ['2', { title: 'x', tags: [{ name: 'some Version' }] }],
    ['3', { title: 'x', description: 'version 4' }],
    ['4', { title: 'versions' }],
  ])
  const right = new Map(['1', '4'].map((id) => [id, source.get(id)]))
  const differences = (found: Map<string, unknown>) => listFilterDifferences(found, source, 'version')
  expect(differences(right)).toEqual([])
  expect(differences(new Map([...right, ['2', source.get('2')]]))).toHaveLength(1)
  expect(differences(new Map([...right, ['3', source.get('3')]]))).toHaveLength(1)
  expect(differences(new Map([['1', source.get('1')]]))).toHaveLength(1)
  expect(differences(new Map([...right, ['1', { title: 'other' }]]))).toHaveLength(1)
  expect(differences(new Map([...right, ['5', { title: 'plain' }]]))).toHaveLength(1)
})

test('a remaining write alias is reported', async () => {
  const { search } = harness
  const alias = `image-ingest-${taskId}-1`
  await search.indices.putAlias({ index, name: alias })
  undo.push(() => search.indices.deleteAlias({ index, name: alias }))
  expect(await leftovers()).toEqual([`index ${index} has write alias ${alias}`])
})

test.each(['write', 'read_only', 'read_only_allow_delete'])(
  'a block of kind %s is reported',
  async (block) => {
    const { search } = harness
    const put = (value: boolean | null) =>
      search.indices.putSettings({ index, body: { [`index.blocks.${block}`]: value } })
    await put(true)
    undo.push(() => put(null))
    expect(await leftovers()).toEqual([`index ${index} has block ${block}`])
  },
)

test('a block of kind metadata is reported', async () => {
  const { search } = harness
  // Not of a model, whose indices other suites list at the same time: this block would make them fail.
  const blocked = `blocked-${harness.suffix}`
  await search.indices.create({ index: blocked, body: { settings: { 'index.blocks.metadata': true } } })
  undo.push(() => search.indices.delete({ index: blocked }))
  undo.push(() => search.indices.putSettings({ index: blocked, body: { 'index.blocks.metadata': null } }))
  expect(await leftovers([index, blocked])).toEqual([`index ${blocked} has block metadata`])
})

test('an index without refresh is reported', async () => {
  const { search } = harness
  const put = (value: string | null) =>
    search.indices.putSettings({ index, body: { 'index.refresh_interval': value } })
  await put('-1')
  undo.push(() => put(null))
  expect(await leftovers()).toEqual([`index ${index} is never refreshed, as during a load`])
})

test('a partial index is reported, including closed ones', async () => {
  const { search } = harness
  const half = `${index}-half`
  await search.indices.create({ index: half })
  undo.push(() => search.indices.delete({ index: half }))
  expect(await leftovers()).toEqual([`index ${half} is half built, and no task owns it`])
  await search.indices.close({ index: half })
  expect(await leftovers()).toEqual([`index ${half} is half built, and no task owns it`])
})

test('a job of an ended task that is waiting, active or waiting for a retry is reported', async () => {
  const queues = await world.openQueues()
  undo.push(() => queues.deleteAllJobs(taskQueue))
  await enqueue(queues, [{ taskId, slot: 0 }])
  expect(await leftovers()).toEqual([expect.stringContaining(`of task ${taskId} is created`)])
  const [job] = await queues.fetch(taskQueue)
  expect(await leftovers()).toEqual([expect.stringContaining(`of task ${taskId} is active`)])
  await queues.fail(taskQueue, String(job?.id))
  expect(await leftovers()).toEqual([expect.stringContaining(`of task ${taskId} is retry`)])
})

test('a reservation and a lease of an ended task are reported', async () => {
  const { sql } = harness
  await sql`insert into ingestion.reservation (index_name, task_id) values ('image-planted', ${taskId})`
  await sql`update ingestion.task set lease_until = now() + interval '1 hour', worker = 'dead' where id = ${taskId}`
  undo.push(async () => {
    await sql`delete from ingestion.reservation`
    await sql`update ingestion.task set lease_until = null`
  })
  expect((await leftovers()).sort()).toEqual([
    `index name image-planted is reserved for task ${taskId}`,
    `task ${taskId} is leased to dead`,
  ])
  await sql`update ingestion.task set lease_until = null`
  await sql`update ingestion.work_item set lease_until = now() + interval '1 hour' where task_id = ${taskId}`
  undo.push(() => sql`update ingestion.work_item set lease_until = null`)
  expect((await leftovers()).filter((line) => line.startsWith('an item of task'))).not.toEqual([])
})

test('an open transaction of the product is reported, and one of another program is not', async () => {
  const connect = (name: string) =>
    postgres(harness.databaseUrl, { max: 1, prepare: false, connection: { application_name: name } })
  const connections = [connect('ingestion-server planted'), connect(`other ${randomUUID()}`)]
  undo.push(() => Promise.all(connections.map((sql) => sql.end({ timeout: 1 }))))
  for (const sql of connections) {
    const open = await sql.reserve()
    await open`begin`
    await open`select 1`
    undo.push(async () => open.release())
    undo.push(() => open`rollback`)
  }
  expect(await leftovers([index], 0)).toEqual([
    expect.stringMatching(/^ingestion-server planted has a transaction open since/),
  ])
})
