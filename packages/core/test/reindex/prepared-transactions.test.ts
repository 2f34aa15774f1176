import { join } from 'node:path'
import {
  makeTemporaryFolder,
  startPostgres,
  type Folder,
  type RunningPostgres,
} from '@ingestion-server/local-services'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, readIndex, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'

let folder: Folder
let server: RunningPostgres
let harness: Harness
beforeAll(async () => {
  folder = await makeTemporaryFolder('prepared')
  const options = { dataDir: join(folder.path, 'data'), durable: false }
  const first = await startPostgres(options)
  const admin = postgres(first.url, { max: 1 })
  await admin`alter system set max_prepared_transactions = 4`
  await admin.end()
  await first.stop()
  server = await startPostgres(options)
  harness = await createHarness({ postgresUrl: server.url, openSearchUrl: inject('openSearchUrl') })
  await loadImages(harness, 500)
  await harness.sql`update image set removed_from_source = false`
})
afterAll(async () => {
  await harness.close()
  await server.stop()
  await folder.release()
})

/** The state of a transaction manager that is unavailable between the two phases of a commit. */
async function prepare(name: string, id: number, title: string) {
  const sql = postgres(harness.databaseUrl, { max: 1 })
  await sql.unsafe(
    `begin; update image set title = '${title}' where id = ${id}; prepare transaction '${name}'`,
  )
  await sql.end()
}

test('the catch-up finds a transaction that was prepared before the task and committed during the load', async () => {
  await prepare('early', 17, 'committed in two phases')
  const task = await runReindex(
    harness,
    afterPhase('loading', () => harness.sql.unsafe(`commit prepared 'early'`)),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', task.index)
  const documents = await readIndex(harness.search, task.index)
  expect(documents.get('17')).toMatchObject({ title: 'committed in two phases' })
  await harness.search.indices.delete({ index: task.index })
})

test('a prepared transaction that is never committed does not block the task, and its rows are not indexed', async () => {
  await prepare('never', 23, 'never committed')
  const task = await runReindex(
    harness,
    afterPhase('planning', () => Promise.resolve()),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', task.index)
  await harness.sql.unsafe(`rollback prepared 'never'`)
})
