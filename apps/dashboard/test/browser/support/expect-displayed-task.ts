import type { Page } from 'playwright'
import type postgres from 'postgres'
import { expect } from 'vitest'
import { formatCount, formatDuration } from '@ingestion-server/format'
import { phaseWords } from '../../../src/lib/task-words.ts'
import { readRateChart } from './read-rate-chart.ts'

interface StoredTask {
  read: number
  indexed: number
  dropped_deleted: number
  dropped_removed_from_source: number
  failed: number
  attempt: number
  documents: number | null
  rate_seconds: number
  index_name: string
  requested_by: string | null
}

/** Compares all numbers and charts on the page of an ended REINDEX, which is open, with Postgres. */
export async function expectDisplayedTask(page: Page, sql: postgres.Sql, id: string): Promise<void> {
  const [task] = await sql<StoredTask[]>`
    select read::int, indexed::int, dropped_deleted::int, dropped_removed_from_source::int, failed::int, attempt,
      documents::int, rate_seconds, index_name, requested_by from ingestion.task where id = ${id}`
  if (!task) throw new Error(`no task ${id}`)
  await expectCounts(page, task)
  await expectEvents(page, sql, id)
  await expectPhases(page, sql, id)
  await expectRanges(page, sql, id)
  await expectRates(page, sql, id, task)
}

async function expectCounts(page: Page, task: StoredTask): Promise<void> {
  const state = page.getByLabel('State')
  const valueOf = async (name: string) => {
    const value = state.locator('div').filter({ has: page.locator(`dt:text-is("${name}")`) })
    const text = (await value.last().locator('dd').innerText()).replaceAll(/\s+/g, ' ')
    return text.replace(/ of about .*/, '')
  }
  const shown = {
    Read: task.read,
    Indexed: task.indexed,
    'Dropped, deleted': task.dropped_deleted,
    'Dropped, removed': task.dropped_removed_from_source,
    Failed: task.failed,
  }
  // Before any rows are read there is nothing to show.
  for (const [name, value] of task.read > 0 ? Object.entries(shown) : [])
    expect(await valueOf(name), name).toBe(formatCount(value))
  expect(await valueOf('By')).toBe(task.requested_by ?? 'unknown')
  if (task.attempt > 1) expect(await valueOf('Attempt')).toBe(`${task.attempt}`)
  if (task.documents !== null)
    expect(await valueOf('Documents in the index')).toBe(formatCount(task.documents))
}

async function expectEvents(page: Page, sql: postgres.Sql, id: string): Promise<void> {
  const stored = await sql<{ at: string }[]>`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from ingestion.task_event where task_id = ${id} order by id desc`
  const times = page.getByRole('region', { name: 'Events' }).locator('time')
  const shown = await times.evaluateAll((all) => all.map((time) => time.getAttribute('title')))
  expect(shown).toEqual(stored.map(({ at }) => at))
}

/** The attempts, and the time of each phase: the sum of the times between its events. */
export async function expectPhases(page: Page, sql: postgres.Sql, id: string): Promise<void> {
  const phases = await sql<{ phase: 'loading'; seconds: number }[]>`
    select phase, sum(extract(epoch from ended - at))::float8 as seconds from (
      select type, phase, date_trunc('milliseconds', at) as at,
        date_trunc('milliseconds', lead(at) over (order by id)) as ended
      from ingestion.task_event where task_id = ${id} and type in
        ('started', 'phase', 'cancel_requested', 'succeeded', 'failed', 'cancelled')
    ) as event where type in ('started', 'phase', 'cancel_requested') and phase <> 'done' group by phase`
  const timeline = page.getByRole('region', { name: 'Timeline' })
  expect(phases.length).toBeGreaterThan(0)
  for (const { phase, seconds } of phases) {
    const row = timeline.locator('.waterfall > span').filter({ hasText: phaseWords(phase) })
    const total = row.locator('xpath=following-sibling::span[2]')
    expect(await total.first().textContent(), phase).toBe(formatDuration(seconds))
  }
  const [attempts] = await sql<{ count: number }[]>`
    select count(distinct attempt)::int as count from ingestion.task_event
    where task_id = ${id} and type in ('started', 'phase')`
  const bars = await timeline.locator('.waterfall .attempt').count()
  expect(bars).toBe(attempts?.count === 1 ? 0 : attempts?.count)
}

/** How many key ranges of each phase are done, and how often one was claimed again. */
export async function expectRanges(page: Page, sql: postgres.Sql, id: string): Promise<void> {
  const stages = await sql<{ phase: 'loading'; items: number; done: number; repeated: number }[]>`
    select phase, count(*)::int as items, count(done_at)::int as done,
      sum(greatest(attempt - 1, 0))::int as repeated
    from ingestion.work_item where task_id = ${id} group by stage, phase
    having count(*) > 1 and bool_or(coalesce(payload::jsonb->'part', payload::jsonb) ? 'after') order by stage`
  const shown = page.getByRole('region', { name: 'Key ranges' }).locator('p')
  const texts = (await shown.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
  expect(texts).toEqual(
    stages.map(({ phase, items, done, repeated }) =>
      [
        `${phaseWords(phase)} ${formatCount(done)} of ${formatCount(items)} done`,
        repeated > 0 && `claimed again ${formatCount(repeated)}×`,
      ]
        .filter(Boolean)
        .join(', '),
    ),
  )
}

/** The drawn chart, not only its texts: the area of each bar, the gaps and the lines of the limits. */
async function expectRates(page: Page, sql: postgres.Sql, id: string, task: StoredTask): Promise<void> {
  const points = await sql<{ at: number; documents: number }[]>`
    select extract(epoch from at)::float8 as at, documents::int from ingestion.task_rate
    where task_id = ${id} order by at`
  const [bounds] = await sql<{ begin: number; ended: number }[]>`
    select extract(epoch from date_trunc('milliseconds', min(at) filter (where type = 'started')))::float8 as begin,
      extract(epoch from date_trunc('milliseconds', max(at) filter (where type in ('succeeded', 'failed', 'cancelled'))))::float8
        as ended
    from ingestion.task_event where task_id = ${id}`
  const { begin, ended } = bounds ?? { begin: 0, ended: 0 }
  const bars = points.map(({ at, documents }) => {
    const [from, to] = [Math.max(at, begin), Math.min(at + task.rate_seconds, ended)]
    return { from, to, documents, rate: documents / (to - from) }
  })
  const chart = await readRateChart(page)
  const [first, last] = [bars[0], bars.at(-1)]
  if (!first || !last) return expect(chart).toBeNull()
  if (!chart) throw new Error(`no chart for ${bars.length} intervals with documents`)
  expect(await page.getByTestId('rate-summary').textContent()).toContain(
    `${formatCount(bars.reduce((sum, { documents }) => sum + documents, 0))} documents`,
  )

  // In pixels: where a time is, and how high a rate is. The highest mark of the axis gives the scale.
  const x = (time: number) =>
    chart.left + ((time - first.from) / (last.to - first.from)) * (chart.right - chart.left)
  const tolerance = 0.1
  expect(chart.bars).toHaveLength(bars.length)
  for (const [place, { from, to, rate }] of bars.entries()) {
    const bar = chart.bars[place]
    expect(Math.abs((bar?.from ?? 0) - x(from))).toBeLessThanOrEqual(tolerance)
    expect(Math.abs((bar?.to ?? 0) - x(to))).toBeLessThanOrEqual(tolerance)
    expect(Math.abs((bar?.height ?? 0) - rate * chart.pixelsPerUnit)).toBeLessThanOrEqual(tolerance)
  }
  const gaps = bars.flatMap(({ from }, place) => {
    const before = bars[place - 1]
    return before && before.to < from ? [{ from: x(before.to), to: x(from) }] : []
  })
  expect(chart.gaps).toHaveLength(gaps.length)
  // An area for each run between gaps: none of them is joined.
  expect(chart.areas).toBe(gaps.length + 1)
  for (const [place, gap] of gaps.entries()) {
    expect(chart.gaps[place]?.from).toBeCloseTo(gap.from, 0)
    expect(chart.gaps[place]?.to).toBeCloseTo(gap.to, 0)
  }

  const changes = await sql<{ limit: number | null }[]>`
    select (data->'limits'->>'documents_per_second')::int as limit from ingestion.task_event
    where task_id = ${id} and type = 'limits_changed' order by id`
  const limits = changes.flatMap(({ limit }) => (limit === null ? [] : [limit]))
  expect(chart.limits.map((height) => Math.round(height / chart.pixelsPerUnit))).toEqual(limits)
}
