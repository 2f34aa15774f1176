import { startPgBouncer, type RunningPgBouncer } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { idsOf } from '../filtered/filtered-harness.ts'
import { tasksRole } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let pooler: RunningPgBouncer
let harness: PromoteHarness

beforeAll(async () => {
  // Fewer server connections than the task has concurrent statements.
  pooler = await startPgBouncer({ postgresUrl: postgresUrl(), poolSize: 2, users: [tasksRole] })
  harness = await createPromoteHarness({ postgresUrl: pooler.url, settings: { rowsPerItem: 200 } })
})
afterAll(async () => {
  await harness.close()
  await pooler.stop()
})

it('all actions succeed with catalog and tasks behind a transaction pooler', async () => {
  const { model, search, sql } = harness
  expect(await harness.build('first', 2_000)).toMatchObject({
    status: 'succeeded',
    counts: { indexed: 2_000 },
  })
  // Rows that change after the load have to be found through the pooler too.
  await sql`insert into api_deletedimage (identifier) select identifier from image where id <= 10`
  const second = await harness.run({ action: 'REINDEX', index_suffix: 'second' })
  expect(second).toMatchObject({ status: 'succeeded', counts: { indexed: 1_990 } })
  const filtered = await harness.run({
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    destination_index_suffix: 'second',
  })
  expect(filtered).toMatchObject({ status: 'succeeded', error: null })
  // Every second row is sensitive.
  expect(await idsOf(search, `${model}-second-filtered`)).toHaveLength(995)
  for (const suffix of ['first', 'second']) {
    expect(await harness.point(suffix)).toMatchObject({ status: 'succeeded' })
    expect(await harness.targets()).toEqual([`${model}-${suffix}`])
  }
  expect(await harness.run({ action: 'DELETE_INDEX', index_suffix: 'first' })).toMatchObject({
    status: 'succeeded',
  })
})
