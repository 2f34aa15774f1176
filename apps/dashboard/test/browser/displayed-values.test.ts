import { startHoldingProxy, type HoldingProxy } from '@ingestion-server/core/testing/holding-proxy.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import type { Task } from '@ingestion-server/sdk'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  callOpenSearch,
  expectDisplayedIndex,
  expectDisplayedOverview,
} from './support/expect-displayed-index.ts'
import { expectDisplayedTask } from './support/expect-displayed-task.ts'
import { open, type Visitor } from './support/open-browser.ts'
import { readRateChart } from './support/read-rate-chart.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

// The values on pages, after limits, stalls, crashes and retries, compared with Postgres and OpenSearch.

/** A worker that does little at a time, so that there is something to slow down, stop and repeat. */
const serverEnv = {
  ROWS_PER_ITEM: '100',
  TARGET_BODY_LENGTH: '10000',
  MAX_WORKERS_PER_TASK: '1',
  LEASE_SECONDS: '3',
  POLL_INTERVAL_SECONDS: '1',
}
const rows = { images: 1_200, audio: 200 }

let suite: Suite | undefined
let stack: Stack
let admin: Visitor
let proxy: HoldingProxy

beforeAll(async () => {
  proxy = await startHoldingProxy(inject('openSearchUrl'))
  suite = await startSuite({
    openSearchUrl: throughProxy(inject('openSearchUrl'), proxy),
    serverEnv,
    rows,
  })
  ;({ stack, admin } = suite)
})

afterAll(async () => {
  await suite?.close()
  await proxy.stop()
})

/** Opens the page of an ended task, and compares it. */
async function expectDisplayedValues(id: string, index: string): Promise<void> {
  const { page, complaints } = admin
  await open(page, `/tasks/${id}`)
  await expectDisplayedTask(page, stack.sql, id)
  const [task] = await stack.sql<{ documents: number }[]>`
    select documents::int from ingestion.task where id = ${id}`
  expect(task?.documents).toBe((await callOpenSearch<{ count: number }>(`${index}/_count`)).count)
  await expectDisplayedIndex(page, stack.sql, index)
  await (
    await stack.client.pointAlias({ model: 'image', indexSuffix: suffixOf(index), alias: 'image' })
  ).wait()
  await expectDisplayedOverview(page, stack.sql, 'image')
  expect(complaints()).toEqual([])
}

const suffixOf = (index: string) => index.slice('image-'.length)
const start = async (suffix: string) =>
  stack.as('ada').reindex({ model: 'image', indexSuffix: `${stack.suffix}${suffix}` })

/** The badge of the open page: "Failed" is also the name of a count. */
const badge = (status: string) =>
  admin.page
    .getByLabel('State')
    .locator('.badge')
    .and(admin.page.getByText(status, { exact: true }))

const stateOf = async (id: string): Promise<Task> => stack.client.tasks.get(id)

/**
 * What a stall of 20 s leaves (the rates of a real one: packages/core/src/tasks/rates.test.ts): all before the second
 * interval of the chart is that much older.
 */
async function addStall(id: string): Promise<void> {
  const [{ resumed }] = await stack.sql<[{ resumed: Date }]>`
    select at as resumed from ingestion.task_rate where task_id = ${id} order by at offset 1 limit 1`
  await stack.sql`
    update ingestion.task_rate set at = at - interval '20 s' where task_id = ${id} and at < ${resumed}`
  await stack.sql`
    update ingestion.task_event set at = at - interval '20 s' where task_id = ${id} and at < ${resumed}`
  await stack.sql`
    update ingestion.task set created_at = created_at - interval '20 s', started_at = started_at - interval '20 s'
    where id = ${id}`
}

test('a limit and a stall are in the chart: the line, rates below it, and a gap that nothing joins', async () => {
  const { page } = admin
  let id = ''
  await stack.whileImagesAreLocked(async () => {
    const task = await start('slow')
    ;({ id } = task)
    // More than one interval of the chart.
    await task.setLimits({ documentsPerSecond: 120 })
    await open(page, `/tasks/${id}`)
    await page.getByLabel('State').getByText('120 documents/s').waitFor()
  })
  await (await stack.client.tasks.handle(id)).wait()
  await addStall(id)

  await expectDisplayedValues(id, `image-${stack.suffix}slow`)
  await open(page, `/tasks/${id}`)
  const chart = await readRateChart(page)
  expect(chart?.gaps).toHaveLength(1)
  expect(chart?.areas).toBe(2)
  const [limit = 0] = chart?.limits ?? []
  expect(limit).toBeGreaterThan(0)
  for (const { height } of chart?.bars ?? []) expect(height).toBeLessThanOrEqual(limit * 1.2)
  expect(await page.getByTestId('rate-summary').textContent()).toContain('1 pause')
})

test('after a SIGKILL of the worker another one takes over, and the ranges that were claimed again are counted', async () => {
  const held = proxy.holdNextBulk()
  const task = await start('killed')
  await held
  await stack.killServer()
  await proxy.release()
  await stack.startServer()
  await task.wait()
  const [repeated] = await stack.sql<{ count: number }[]>`
    select sum(greatest(attempt - 1, 0))::int as count from ingestion.work_item where task_id = ${task.id}`
  expect(repeated?.count).toBeGreaterThan(0)
  await expectDisplayedValues(task.id, `image-${stack.suffix}killed`)
})

test('a cancelled task that is retried shows both attempts', async () => {
  const { page } = admin
  const first = proxy.holdNextBulk()
  const task = await start('cancelled')
  await first
  // In the middle of the load: nothing gets through between the two.
  const second = proxy.holdNextBulk()
  await proxy.release()
  await second
  await expect
    .poll(async () => (await stateOf(task.id)).counts.read, { message: 'rows are read' })
    .toBeGreaterThan(0)
  await open(page, `/tasks/${task.id}`)
  await page.getByText('Cancel…').click()
  await page.getByRole('button', { name: 'Cancel the task' }).click()
  await page.getByText('Cancellation requested, by ada').waitFor()
  await proxy.release()
  await badge('Cancelled').waitFor()
  await expectDisplayedTask(page, stack.sql, task.id)
  await page.getByRole('button', { name: 'Retry from the start' }).click()
  await badge('Succeeded').waitFor()
  expect(await page.locator('.waterfall .attempt').count()).toBe(2)
  await expectDisplayedValues(task.id, `image-${stack.suffix}cancelled`)
})

test('a task that failed by documents is retried from its checkpoints, and one that accepted them writes them later', async () => {
  const { page } = admin
  const [row] = await stack.sql<{ id: number; tags: string }[]>`
    select id, tags::text from image where not removed_from_source order by id limit 1`
  const breakRow = () =>
    stack.sql`update image set tags = '[{"name": "a", "accuracy": "high"}]' where id = ${row?.id ?? 0}`
  const repairRow = () => stack.sql`update image set tags = '[]' where id = ${row?.id ?? 0}`

  await breakRow()
  const failing = await start('failed')
  await open(page, `/tasks/${failing.id}`)
  await badge('Failed').waitFor()
  await expectDisplayedTask(page, stack.sql, failing.id)
  const failed = page.getByRole('region', { name: 'Failed documents' })
  await failed.getByText('1 open').waitFor()
  await repairRow()
  await page.getByRole('button', { name: 'Retry from its checkpoints' }).click()
  await badge('Succeeded').waitFor()
  await failed.getByText('0 open, 1 written later').waitFor()
  await expectDisplayedValues(failing.id, `image-${stack.suffix}failed`)

  await breakRow()
  const accepting = await stack
    .as('ada')
    .reindex({ model: 'image', indexSuffix: `${stack.suffix}redriven`, maxFailed: 1 })
  await accepting.wait()
  await open(page, `/tasks/${accepting.id}`)
  await expectDisplayedTask(page, stack.sql, accepting.id)
  await failed.getByText('1 open').waitFor()
  await repairRow()
  await failed.getByRole('button', { name: 'Retry failed documents' }).click()
  await failed.getByText('0 open, 1 written later').waitFor()
  await badge('Succeeded').waitFor()
  await expectDisplayedValues(accepting.id, `image-${stack.suffix}redriven`)
})
