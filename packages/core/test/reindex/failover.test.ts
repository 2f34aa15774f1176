import {
  createCatalogTables,
  loadSampleData,
  startPostgres,
  startStandby,
} from '@ingestion-server/local-services'
import postgres from 'postgres'
import { afterEach, expect, inject, test } from 'vitest'
import { connectPostgres, type Action } from '../../src/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { sampleDataDir } from '../support/sample-data.ts'
import { waitForReplay } from '../support/wait-for-replay.ts'
import { startTcpProxy, throughProxy } from '../support/tcp-proxy.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A primary and its standby, and tasks that reach the current primary at a constant address. */
async function startPair(inCharge: 'primary' | 'standby') {
  const primary = await startPostgres({ durable: true })
  endings.push(() => primary.stop())
  await createCatalogTables(primary.url)
  await loadSampleData(primary.url, sampleDataDir)
  const standby = await startStandby(primary)
  endings.push(() => standby.stop())

  const proxy = await startTcpProxy({ primary, standby }[inCharge].url)
  endings.push(() => proxy.stop())
  const catalog = connectPostgres(throughProxy(primary.url, proxy))
  endings.push(() => catalog.close())
  const options = { max: 2, onnotice: () => undefined, connection: { TimeZone: 'UTC' } }
  const onPrimary = postgres(primary.url, options)
  const onStandby = postgres(standby.url, options)
  endings.push(() => Promise.all([onPrimary, onStandby].map((sql) => sql.end({ timeout: 1 }))))

  const harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
  endings.push(() => harness.close())

  const follow = () => waitForReplay(onPrimary, onStandby)

  let isOver = false
  return {
    onPrimary,
    onStandby,
    harness: { ...harness, sql: onStandby, context: { ...harness.context, db: catalog.db } },
    follow,
    /** Commits from here on never reach the standby. */
    async part() {
      await follow()
      await onStandby`alter system set primary_conninfo = ''`
      await onStandby`select pg_reload_conf()`
      const receivers = async () => (await onStandby`select from pg_stat_wal_receiver`).length
      await expect.poll(receivers, { message: 'processes that receive from the primary' }).toBe(0)
    },
    /** The primary is lost, and the standby takes over; once, as phases start over after it. */
    async failOver(before?: () => Promise<unknown>) {
      if (isOver) return
      isOver = true
      await before?.()
      proxy.cut()
      await primary.kill()
      await onStandby`select pg_promote()`
      // Transaction ids are assigned again, and soon exceed the lost ones.
      await onStandby.unsafe(
        'do $$ begin for i in 1..500 loop perform pg_current_xact_id(); commit; end loop; end $$',
      )
      proxy.redirect(standby.url)
      proxy.restore()
    },
  }
}

test.each(['loading', 'catching_up', 'verifying'] as const)(
  'changes that a failover reverts after %s are reverted in the index',
  async (phase) => {
    const pair = await startPair('primary')
    const { onPrimary, onStandby, harness } = pair
    const failing = afterPhase(phase, () => pair.failOver())
    const action: Action = afterPhase(
      'planning',
      async () => {
        await pair.part()
        await onPrimary`update image set title = 'lost' where id % 7 = 0`
        await onPrimary`delete from image where id = (select min(id) from image)`
        await onPrimary`insert into api_matureimage (created_on, identifier)
          select now(), identifier from image where id % 11 = 0 on conflict do nothing`
        await onPrimary`update image set id = id + 1000000000 where id = (select max(id) from image)`
      },
      failing,
    )
    const task = await runReindex(harness, action)
    expect(task).toMatchObject({ status: 'succeeded', error: null })
    const [lost] = await onStandby<
      { rows: number }[]
    >`select count(*)::int as rows from image where title = 'lost'`
    expect(lost?.rows).toBe(0)
    await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
  },
)

test('a standby catalog that becomes the primary is read again', async () => {
  const pair = await startPair('standby')
  const { onPrimary, onStandby, harness } = pair
  const open = await onPrimary.reserve()
  await open`begin`
  await open`update image set title = 'never committed' where id % 5 = 0`
  await pair.follow()
  const task = await runReindex(
    harness,
    afterPhase('loading', async () => {
      await pair.failOver()
      open.release()
      await onStandby`update image set title = 'by the new primary' where id % 3 = 0`
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
})

test('after a failover without data loss an index is completed too', async () => {
  const pair = await startPair('primary')
  const keep = async () => {
    await pair.onPrimary`update image set title = 'kept' where id % 3 = 0`
    await pair.follow()
  }
  const task = await runReindex(
    pair.harness,
    afterPhase('catching_up', () => pair.failOver(keep)),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(pair.harness, 'image', `image-${pair.harness.suffix}`)
})
