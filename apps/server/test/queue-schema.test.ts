import { randomUUID } from 'node:crypto'
import { getConstructionPlans, getRollbackPlans, PgBoss } from 'pg-boss'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { queueSchemaVersion } from '../src/engine/queue-schema.ts'
import { queueSchema } from '../src/engine/queues.ts'
import { createEngineCluster } from './support/engine-cluster.ts'

const newer = 'a newer release migrated the job queue; this release continues beside it'

let database: TestDatabase
let cluster: ReturnType<typeof createEngineCluster>
let sql: postgres.Sql

beforeEach(async () => {
  database = await createTestDatabase(postgresUrl())
  cluster = createEngineCluster(database.url)
  sql = postgres(database.url, { max: 1, onnotice: () => undefined, prepare: false })
})
afterEach(async () => {
  await cluster.close()
  await sql.end()
  await database.drop()
})

const notices = () => cluster.lines.filter(({ message }) => message === newer)

function readVersion(): Promise<number | null> {
  const executeSql = async (text: string) => ({ rows: await sql.unsafe(text) })
  return new PgBoss({ schema: queueSchema, db: { executeSql } }).schemaVersion()
}

/** The tables as a pg-boss with the next schema would make them; there is none yet. */
async function makeNewerSchema(): Promise<void> {
  const plans = getConstructionPlans(queueSchema)
  const newerPlans = plans.replace(`VALUES ('${queueSchemaVersion}')`, `VALUES ('${queueSchemaVersion + 1}')`)
  await sql.unsafe(`drop schema ${queueSchema} cascade`)
  await sql.unsafe(newerPlans)
  expect(await readVersion()).toBe(queueSchemaVersion + 1)
}

/** The tables of the pg-boss release that has the schema before this one's. */
async function makeOlderSchema(): Promise<void> {
  await cluster.startEngine({ worker: null }).check()
  await sql.unsafe(getRollbackPlans(queueSchema, queueSchemaVersion))
  expect(await readVersion()).toBe(queueSchemaVersion - 1)
}

test('a schema that a newer release migrated is logged, by running processes and at the start of others', async () => {
  const running = cluster.startEngine({ worker: null })
  await running.check()
  expect(notices()).toEqual([])

  await makeNewerSchema()
  await running.check()
  await running.check()
  const fields = { schema_version: queueSchemaVersion + 1, release_schema_version: queueSchemaVersion }
  expect(notices()).toMatchObject([fields])
  await cluster.startEngine({ worker: null }).check()
  expect(notices()).toMatchObject([fields, fields])
  expect(await readVersion()).toBe(queueSchemaVersion + 1)
})

test('an older schema is migrated', async () => {
  await makeOlderSchema()
  await cluster.startEngine({ worker: null }).check()
  expect(await readVersion()).toBe(queueSchemaVersion)
})

test('a role that may not migrate an older schema gets the command to run', async () => {
  await makeOlderSchema()
  const role = `queue_user_${randomUUID().replaceAll('-', '')}`
  await sql.unsafe(`
    create role ${role} login;
    grant usage on schema ${queueSchema} to ${role};
    grant select, insert, update, delete on all tables in schema ${queueSchema} to ${role}`)
  const url = new URL(database.url)
  url.username = role
  try {
    const engine = cluster.startEngine({ worker: null, databaseUrl: url.href })
    await expect(engine.check()).rejects.toThrow(
      `schema ingestion_queue has version ${queueSchemaVersion - 1} of the job queue, this release needs ` +
        `${queueSchemaVersion}, and the database role may not change its tables: run ingestion-server migrate`,
    )
    await engine.stop()
  } finally {
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`)
  }
})
