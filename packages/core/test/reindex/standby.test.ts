import {
  createCatalogTables,
  loadSampleData,
  startPostgres,
  startStandby,
  type RunningPostgres,
} from '@ingestion-server/local-services'
import { sql as fragment } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { connectPostgres, image, reindex, type Model, type PostgresConnection } from '../../src/index.ts'
import { readId } from '../../src/documents/index.ts'
import { readMark, readPage } from '../../src/rows/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { sampleDataDir } from '../support/sample-data.ts'
import { waitForReplay } from '../support/wait-for-replay.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { until } from '../support/until.ts'

let primary: RunningPostgres
let standby: RunningPostgres
let onPrimary: postgres.Sql
let onStandby: postgres.Sql
let catalog: PostgresConnection
let harness: Harness
let index: string

beforeAll(async () => {
  primary = await startPostgres({ durable: true })
  await createCatalogTables(primary.url)
  await loadSampleData(primary.url, sampleDataDir)
  standby = await startStandby(primary, {
    settings: {
      // Replay does not wait for queries, so every conflict cancels one.
      max_standby_streaming_delay: '0',
      // Rows come in the order of the index, one by one, as from a large table.
      enable_sort: 'off',
    },
  })
  const options = { max: 2, onnotice: () => undefined, connection: { TimeZone: 'UTC' } }
  onPrimary = postgres(primary.url, options)
  onStandby = postgres(standby.url, options)
  catalog = connectPostgres(standby.url)
})
afterAll(async () => {
  await Promise.all([onPrimary.end(), onStandby.end(), catalog.close()])
  await standby.stop()
  await primary.stop()
})
beforeEach(async () => {
  const own = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  harness = { ...own, sql: onPrimary, context: { ...own.context, db: catalog.db }, close: own.close }
  index = `image-${harness.suffix}`
})
afterEach(() => harness.close())

const catchUpStandby = () => waitForReplay(onPrimary, onStandby)

/** The clock of the primary, ISO 8601. */
async function readPrimaryClock() {
  const [row] = await onPrimary<{ now: string }[]>`
    select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`
  return String(row?.now)
}

test('as_of is not later than the replayed changes', async () => {
  await catchUpStandby()
  await onStandby`select pg_wal_replay_pause()`
  const readState = async () =>
    (await onStandby<{ state: string }[]>`select pg_get_wal_replay_pause_state() as state`)[0]?.state
  await expect.poll(readState, { message: 'state of the replay' }).toBe('paused')
  try {
    const before = await readPrimaryClock()
    await onPrimary`update image set title = 'not replayed' where id = (select min(id) from image)`
    const task = await runReindex(harness, reindex)
    expect(task).toMatchObject({ status: 'succeeded', error: null })
    expect(task.asOf).not.toBe(null)
    expect(String(task.asOf) < before).toBe(true)
    const { body } = await harness.search.count({
      index,
      body: { query: { match_phrase: { title: 'not replayed' } } },
    })
    expect(body.count).toBe(0)
  } finally {
    await onStandby`select pg_wal_replay_resume()`
  }
})

test('all changes that are replayed during the build are caught up', async () => {
  await catchUpStandby()
  const open = await onPrimary.reserve()
  await open`begin`
  await open`update image set title = 'committed late' where id = (select max(id) from image)`
  await catchUpStandby()
  const task = await runReindex(
    harness,
    afterPhase('loading', async () => {
      await open`commit`
      open.release()
      await onPrimary`update image set title = 'changed unseen' where id = (select min(id) from image)`
      await onPrimary`vacuum (freeze) image`
      await catchUpStandby()
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null, catchUp: { indexed: 2 } })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('as_of follows the replay', async () => {
  const before = await readPrimaryClock()
  await onPrimary`update image set title = 'the last change' where id = (select min(id) from image)`
  await catchUpStandby()
  const { asOf, isStandby } = await readMark(catalog.db, image, 1)
  expect({ isStandby, isLater: String(asOf) > before }).toEqual({ isStandby: true, isLater: true })
  expect(String(asOf) < (await readPrimaryClock())).toBe(true)
})

test('a standby has the timeline of its primary', async () => {
  await catchUpStandby()
  const [timeline] = await onPrimary<{ timeline: string }[]>`
    select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline`
  expect(timeline?.timeline).toBe('00000001')
  expect((await readMark(catalog.db, image, 1)).mark).toMatchObject(timeline ?? {})
})

const gateKey = 4_711
/** Its pages wait at every hundredth row while the gate is closed. */
const gated: Model = {
  ...image,
  selection: {
    ...image.selection,
    gate: fragment`(select pg_advisory_xact_lock_shared(${gateKey}) where ${image.table.id} % 100 = 0)::text`,
  },
}

/** @returns opens it, once */
async function closeGate(): Promise<() => Promise<void>> {
  const connection = await onStandby.reserve()
  await connection`select pg_advisory_lock(${gateKey})`
  let isOpen = false
  const open = async () => {
    if (isOpen) return
    isOpen = true
    await connection`select pg_advisory_unlock(${gateKey})`
    connection.release()
  }
  onTestFinished(open)
  return open
}

/** Removes a row version that statements on the standby may still read. */
async function provokeConflict() {
  await onPrimary`update image set view_count = view_count + 1 where id = (select max(id) from image)`
  await onPrimary`vacuum image`
  await catchUpStandby()
}

test('a page that replay cancels ends with the last received row, and the next page continues there', async () => {
  await catchUpStandby()
  const [bounds] = await onPrimary<{ rows: number; max: string }[]>`
    select count(*)::int as rows, max(id)::text from image`
  const end = BigInt(bounds?.max ?? 0)
  const ids: bigint[] = []
  const openGate = await closeGate()
  const started = Promise.withResolvers<void>()
  const readFrom = (after: bigint | null) =>
    readPage(catalog.db, gated, { range: { after, end }, limit: 100_000 }, (row) => {
      ids.push(readId(row))
      started.resolve()
    })
  const reading = readFrom(null)
  await Promise.race([started.promise, reading])
  let isCancelled = false
  reading.then(
    () => (isCancelled = true),
    () => (isCancelled = true),
  )
  await until('the page that replay cancels', async () => {
    await provokeConflict()
    return isCancelled
  })
  const first = await reading
  expect(first).toEqual({ readUpTo: ids.at(-1), isLast: false })
  await openGate()
  expect(await readFrom(first.readUpTo)).toEqual({ readUpTo: end, isLast: true })
  expect(new Set(ids).size).toBe(bounds?.rows)
  expect(ids).toHaveLength(Number(bounds?.rows))
})

test('an index is built from a standby that cancels statements now and then', async () => {
  await catchUpStandby()
  const countConflicts = async () => {
    const [row] = await onStandby<{ cancelled: number }[]>`
      select confl_snapshot::int as cancelled from pg_stat_database_conflicts where datname = current_database()`
    return Number(row?.cancelled)
  }
  // Repeatedly, until some statements were cancelled: without a pause none would ever succeed.
  const before = await countConflicts()
  const openGate = await closeGate()
  let conflicts = 0
  let isLoaded = false
  const conflicting = (async () => {
    while (conflicts < 5 && !isLoaded) {
      await provokeConflict()
      conflicts = (await countConflicts()) - before
      if (conflicts > 0) await openGate()
    }
  })()
  const context = { ...harness.context, models: [gated] }
  const task = await runReindex(
    { ...harness, context },
    afterPhase('loading', async () => {
      isLoaded = true
      await conflicting
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(conflicts).toBeGreaterThan(0)
  await expectIndexToEqualDatabase(harness, 'image', index)
})
