import { createCatalogTables } from '@ingestion-server/local-services'
import { and, not, sql as sqlOf } from 'drizzle-orm'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audio, connectPostgres, image, type PostgresConnection } from '../../src/index.ts'
import { readExpectedDocuments } from '../expected-documents.ts'
import { expectSameDocuments } from '../support/harness.ts'
import { readDocuments, replaceRows, rowsOf } from '../support/odd-rows.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let database: TestDatabase
let sql: postgres.Sql
let connection: PostgresConnection
beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  await createCatalogTables(database.url)
  sql = postgres(database.url, {
    max: 1,
    onnotice: () => undefined,
    prepare: false,
    connection: { TimeZone: 'UTC' },
  })
  connection = connectPostgres(database.url)
})
afterAll(async () => {
  await sql.end()
  await connection.close()
  await database.drop()
})

test.each([image, audio])(
  'each row that Postgres can hold becomes the document that SQL computes: $name',
  async (model) => {
    const name = model.name as keyof typeof rowsOf
    const rows = fc.array(fc.record(rowsOf[name] as Record<string, fc.Arbitrary<string>>), {
      minLength: 1,
      maxLength: 40,
    })
    const property = fc.asyncProperty(rows, fc.integer({ min: 1, max: 20_000 }), async (rows, length) => {
      await replaceRows(sql, name, rows)
      const { documents, read, dropped } = await readDocuments(connection.db, model, length)
      const expected = await readExpectedDocuments(sql, name)
      expectSameDocuments(documents, expected.documents)
      expect({ read, dropped }).toEqual({
        read: expected.read,
        dropped: expected.dropped.removed_from_source,
      })
      // The verification counts the written documents.
      const mature = await connection.db
        .select({ id: model.table.id })
        .from(model.table)
        .where(and(model.isMature, not(sqlOf`${model.table.removedFromSource}`)))
      expect(mature.map(({ id }) => String(id)).sort()).toEqual(
        [...documents]
          .filter(([, document]) => document['mature'] === true)
          .map(([id]) => id)
          .sort(),
      )
    })
    await fc.assert(property, { numRuns: 60 })
  },
)
