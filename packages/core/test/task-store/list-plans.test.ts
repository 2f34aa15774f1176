import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { migrateTaskStore } from '../../src/tasks/migrate.ts'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'

// How Postgres finds the tasks of a long history: not by reading the rows of all of them.

const taskCount = 20_000
let database: TestDatabase
let client: postgres.Sql
let store: TaskStore
const statements: { text: string; values: unknown[] }[] = []

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  client = postgres(database.url, {
    max: 1,
    prepare: false,
    onnotice: () => undefined,
    debug: (_, text, values) => void statements.push({ text, values }),
  })
  const db = drizzle(client)
  await migrateTaskStore(db)
  store = createDrizzleTaskStore(db)
  await client`
    insert into ingestion.task (id, model, action, request, index_name, reserve, state, requested_by, status, error,
      created_at, started_at, finished_at)
    select gen_random_uuid(), 'image', 'REINDEX', json_build_object('description', repeat('x', 600)),
      'image-' || n, '[]', '{}', 'ci', case when n % 50 = 0 then 'failed' else 'succeeded' end,
      case when n % 50 = 0 then '{"code":"workers_lost","title":"x"}'::json end,
      now() - n * interval '1 minute', now() - n * interval '1 minute', now() - n % 7 * interval '1 second'
    from generate_series(1, ${taskCount}::int) as n`
  await client`vacuum analyze ingestion.task`
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

interface PlanNode {
  'Node Type': string
  'Index Name'?: string
  Plans?: PlanNode[]
}

/** How the statements that `read` sends access the tasks, in the order of the plans. */
async function planOf(read: () => Promise<unknown>): Promise<string[]> {
  statements.length = 0
  await read()
  const sent = statements.filter(({ text }) => text.includes('"ingestion"."task"'))
  const accesses: string[] = []
  const collect = (node: PlanNode) => {
    if (node['Node Type'].endsWith('Scan') && !/Subquery|CTE|WorkTable|Bitmap Heap/.test(node['Node Type']))
      accesses.push([node['Node Type'], node['Index Name']].join(' ').trim())
    for (const inner of node.Plans ?? []) collect(inner)
  }
  for (const { text, values } of sent) {
    const [row] = await client.unsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      `explain (format json) ${text}`,
      values as string[],
    )
    for (const { Plan } of row?.['QUERY PLAN'] ?? []) collect(Plan)
  }
  return accesses
}

it.each([
  { sort: 'newest', index: 'Index Only Scan task_search' },
  { sort: 'oldest', index: 'Index Only Scan task_search' },
  { sort: 'longest', index: 'Index Scan task_longest' },
  { sort: 'recently_finished', index: 'Index Only Scan task_finished_last' },
] as const)('reads a page of the order $sort from an index', async ({ sort, index }) => {
  const plan = await planOf(() => store.list({ sort, pageSize: 25 }))
  expect(plan).toContain(index)
  expect(plan).not.toContain('Seq Scan')
})

it.each(['newest', 'oldest', 'longest', 'recently_finished'] as const)(
  'searches in an index alone, in the order %s',
  async (sort) => {
    const plan = await planOf(() => store.list({ sort, q: 'nothing', pageSize: 25 }))
    expect(plan).toEqual(['Index Only Scan task_search', 'Index Scan task_pkey'])
  },
)

it('sums up in an index alone', async () => {
  for (const query of [{}, { q: 'image' }]) {
    const plan = await planOf(() => store.summarize(query))
    expect(plan.slice(0, 2)).toEqual([
      query.q === undefined ? 'Index Only Scan task_status_newest' : 'Index Only Scan task_search',
      'Index Only Scan task_failures',
    ])
    expect(plan).not.toContain('Seq Scan')
  }
})
