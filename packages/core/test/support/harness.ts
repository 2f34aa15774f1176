import { randomUUID } from 'node:crypto'
import { createCatalogTables } from '@ingestion-server/local-services'
import postgres from 'postgres'
import {
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  createReuse,
  defaultSettings,
  migrateTaskStore,
  reindex,
  runTask,
  submitTask,
  systemClock,
  type Action,
  type Model,
  type ReindexRequest,
  type Settings,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'
import { lightModels } from './light-models.ts'
import { createTestDatabase } from './test-database.ts'
import { connectAsLeastRole } from './least-role.ts'
import { readExpectedDocuments } from '../expected-documents.ts'
import { readIndex } from './read-index.ts'
import { expect } from 'vitest'

export { readIndex }

export interface HarnessOptions {
  postgresUrl: string
  openSearchUrl: string
  /** Default: images and audio with few rules for look-alikes, see `withFewRules`. */
  models?: readonly Model[]
  settings?: Partial<Settings>
  actions?: readonly Action[]
  /** Also with TEST_OPENSEARCH_ROLE=least, for what a role must have more rights to see: docs/how-to/opensearch-role.md. */
  rights?: 'all'
}

export type Harness = Awaited<ReturnType<typeof createHarness>>

/** A separate database with the catalog's tables and a task store, and a unique index suffix. */
export async function createHarness(options: HarnessOptions) {
  const database = await createTestDatabase(options.postgresUrl)
  await createCatalogTables(database.url)
  const sql = postgres(database.url, {
    max: 4,
    onnotice: () => undefined,
    prepare: false,
    connection: { TimeZone: 'UTC' },
  })
  const connection = connectPostgres(database.url)
  const search = connectOpenSearch(options.openSearchUrl)
  const models = options.models ?? lightModels
  const names = models.map(({ name }) => name)
  const restricted = options.rights === 'all' ? null : await connectAsLeastRole(options.openSearchUrl, names)
  await migrateTaskStore(connection.db)
  const context: TaskContext = {
    store: createDrizzleTaskStore(connection.db),
    db: connection.db,
    search: restricted?.search ?? search,
    models,
    actions: options.actions ?? [reindex],
    settings: {
      ...defaultSettings,
      rowsPerItem: 1_000,
      targetBodyLength: 200_000,
      leaseMs: 5_000,
      // The role can't read the number of nodes; clusters of tests have one.
      ...(restricted && { replicas: 0 }),
      ...options.settings,
    },
    clock: systemClock,
    reuse: createReuse(),
    worker: 'test',
  }
  const suffix = `t${randomUUID().replaceAll('-', '')}`

  return {
    context,
    sql,
    search,
    databaseUrl: database.url,
    suffix,
    /** Tasks have the rights of the documented role only. */
    isRestricted: restricted !== null,
    /** Gives a model that is added later the rights of the others. */
    allowModel: async (name: string) => {
      names.push(name)
      await restricted?.renew()
    },
    /** Submits a REINDEX of `image-<suffix>`, or of another model, and runs it to its end. */
    async reindex(request: Partial<ReindexRequest> = {}): Promise<TaskRecord> {
      const task = await submitTask(context, {
        model: 'image',
        action: 'REINDEX',
        index_suffix: suffix,
        ...request,
      })
      return runToEnd(context, task.id)
    },
    async close() {
      await search.indices.delete({ index: `*${suffix}*` })
      // A failed test may have left a connection reserved, and a transaction open.
      await sql.end({ timeout: 5 })
      await connection.close()
      await search.close()
      await restricted?.close()
      await database.drop()
    },
  }
}

export async function runToEnd(context: TaskContext, taskId: string): Promise<TaskRecord> {
  const result = await runTask(context, taskId)
  if (result.paused) throw new Error('a task without a deadline was paused')
  return result.task
}

/** Compares every document of an index, field by field, with the documents that SQL computes. */
export async function expectIndexToEqualDatabase(harness: Harness, model: 'image' | 'audio', index: string) {
  const expected = await readExpectedDocuments(harness.sql, model)
  const found = await readIndex(harness.search, index)
  expectSameDocuments(found, expected.documents)
  return expected
}

/** Differences one by one: a failed comparison of thousands of documents would be unreadable. */
export function expectSameDocuments(
  found: ReadonlyMap<string, unknown>,
  expected: ReadonlyMap<string, unknown>,
) {
  const missing = [...expected.keys()].filter((id) => !found.has(id))
  const surplus = [...found.keys()].filter((id) => !expected.has(id))
  expect({ missing: missing.slice(0, 10), surplus: surplus.slice(0, 10) }).toEqual({
    missing: [],
    surplus: [],
  })
  for (const [id, document] of expected) expect(found.get(id), `document ${id}`).toEqual(document)
}
