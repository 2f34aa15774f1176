import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maxItemParts } from '../../src/contract/index.ts'
import { connectPostgres, type PostgresConnection } from '../../src/database/index.ts'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { migrateTaskStore } from '../../src/tasks/migrate.ts'
import { workItem } from '../../src/tasks/schema.ts'
import type { Json, TaskStore } from '../../src/tasks/task-store.ts'
import { summarizeItems } from '../support/memory-tasks/summarize-items.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { newTask } from './sample-task.ts'

let database: TestDatabase
let connection: PostgresConnection
let store: TaskStore

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  connection = connectPostgres(database.url)
  await migrateTaskStore(connection.db)
  store = createDrizzleTaskStore(connection.db)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

type Item = Omit<typeof workItem.$inferInsert, 'taskId' | 'stage' | 'ordinal' | 'phase'>

async function createWith(stages: readonly (readonly Item[])[]): Promise<string> {
  const { id } = await store.create(newTask())
  const phases = ['loading', 'verifying', 'catching_up'] as const
  const rows = stages.flatMap((items, at) =>
    items.map((item, ordinal) => ({
      ...item,
      ...{ taskId: id, stage: at + 1, ordinal, phase: phases[at] ?? ('loading' as const) },
    })),
  )
  for (let start = 0; start < rows.length; start += 500)
    await connection.db.insert(workItem).values(rows.slice(start, start + 500))
  return id
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString()
const shown = (second: number) => at(second).replace('.000', '')
const range = (after: string | null, end: string) => ({ after, end })

it('says what the items are, from the first claim to the last end, and how far they are', async () => {
  const id = await createWith([
    [
      { payload: range(null, '100'), attempt: 1, startedAt: at(10), doneAt: at(20) },
      { payload: range('100', '200'), attempt: 3, startedAt: at(2), doneAt: at(9) },
      {
        payload: range('200', '300'),
        checkpoint: { after: '250' },
        attempt: 1,
        startedAt: at(21),
        leaseUntil: at(1e9),
      },
      { payload: range('300', '9007199254740995') },
    ],
    [{ payload: { ids: ['7'] } }],
  ])
  const half = { items: 1, done: 0, claimed: 0, repeated: 0, started_at: null, finished_at: null }
  expect(await store.itemSummary(id)).toEqual({
    stages: [
      {
        ...{ stage: 1, phase: 'loading', items: 4, done: 2, claimed: 1, repeated: 2 },
        ...{ started_at: shown(2), finished_at: shown(20) },
        parts: [
          {
            ...{ ...half, first: 0, done: 1, share: 1, started_at: shown(10), finished_at: shown(20) },
            range: { after: null, end: 100 },
          },
          {
            ...{
              ...half,
              first: 1,
              done: 1,
              repeated: 2,
              share: 1,
              started_at: shown(2),
              finished_at: shown(9),
            },
            range: { after: 100, end: 200 },
          },
          {
            ...half,
            first: 2,
            claimed: 1,
            share: 0.5,
            started_at: shown(21),
            range: { after: 200, end: 300 },
          },
          { ...half, first: 3, share: 0, range: { after: 300, end: '9007199254740995' } },
        ],
      },
      { ...half, stage: 2, phase: 'verifying', parts: [{ ...half, first: 0, share: 0, range: null }] },
    ],
  })
})

it('sums up any items as reading all of them does', async () => {
  const time = fc.option(
    fc
      .tuple(fc.integer({ min: 0, max: 50 }), fc.constantFrom('', '.5', '.000001', '.123456', '.12345'))
      .map(([second, fraction]) => at(second).replace('.000Z', `${fraction}Z`)),
  )
  const bound = fc.bigInt({ min: 0n, max: 40n })
  const item = fc.record<Item>({
    payload: fc.oneof(
      fc.tuple(fc.option(bound), bound).map(([after, end]) => range(after?.toString() ?? null, String(end))),
      fc
        .tuple(bound, bound)
        .map(([after, end]) => ({ part: range(String(after), String(end)), key: 'NUL \0' })),
      fc.constantFrom<Json>(null, { ids: ['1'] }, { after: 1, end: 9_000 }),
    ),
    checkpoint: fc.oneof(
      fc.constantFrom(null, { text: 'x' }, 7),
      bound.map((after) => ({ after: String(after) })),
    ),
    attempt: fc.nat(3),
    leaseUntil: fc.constantFrom(null, at(0), at(1e9)),
    startedAt: time,
    doneAt: time,
  })
  const stage = fc
    .tuple(fc.array(item, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 2 * maxItemParts + 20 }))
    .map(([some, count]) => Array.from({ length: count }, (_, n) => some[n % some.length] as Item))
  const startedAt = (seconds: string): Item => ({ payload: null, startedAt: `2026-01-01T00:00:${seconds}Z` })
  await fc.assert(
    fc.asyncProperty(fc.array(stage, { maxLength: 3 }), async (stages) => {
      const id = await createWith(stages)
      const { items } = await store.items(id, { pageSize: 1_000 })
      expect(items).toHaveLength(stages.flat().length)
      const summary = await store.itemSummary(id)
      expect(summary).toEqual(summarizeItems(items))
      for (const { parts } of summary.stages) expect(parts.length).toBeLessThanOrEqual(maxItemParts)
      await connection.db.execute(sql`delete from ingestion.task where id = ${id}`)
    }),
    { numRuns: 30, examples: [[[[startedAt('08.000001'), startedAt('08')]]]] },
  )
})
