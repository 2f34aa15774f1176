import postgres from 'postgres'
import { expect, test } from 'vitest'
import { classifyDatabaseError } from './classify-database-error.ts'

function postgresError(code: string, message = 'as Postgres says') {
  // The constructor takes the fields of an error response; its types know only the message.
  return new (postgres.PostgresError as unknown as new (fields: object) => Error)({ code, message })
}

test.each(['08006', '53300', '57P01', '57P03', '57014', '40001', '40P01', '25P03', '25P04'])(
  'SQLSTATE %s goes away by itself',
  (code) => {
    expect(classifyDatabaseError(postgresError(code))).toMatchObject({ code: 'database_unavailable' })
  },
)

test.each(['22003', '23505', '28P01', '42501'])('SQLSTATE %s does not', (code) => {
  expect(classifyDatabaseError(postgresError(code))).toMatchObject({ code: 'database_refused' })
})

test('a missing table is named', () => {
  const error = postgresError('42P01', 'relation "image" does not exist')
  expect(classifyDatabaseError(error)).toMatchObject({ code: 'table_not_found', details: { table: 'image' } })
})

test('a lost connection is found behind the error that wraps it, and other errors are left alone', () => {
  const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(classifyDatabaseError(new Error('Failed query', { cause: lost }))).toMatchObject({
    code: 'database_unavailable',
  })
  expect(classifyDatabaseError(new Error('a bug'))).toBe(null)
  expect(classifyDatabaseError('not an error')).toBe(null)
})
