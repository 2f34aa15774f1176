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

test.each([
  ['57014', 'canceling statement due to statement timeout', 'statement_timeout'],
  ['55P03', 'canceling statement due to lock timeout', 'lock_timeout'],
  [
    '25P03',
    'terminating connection due to idle-in-transaction timeout',
    'idle_in_transaction_session_timeout',
  ],
  ['25P04', 'terminating connection due to transaction timeout', 'transaction_timeout'],
  ['57P05', 'terminating connection due to idle-session timeout', 'idle_session_timeout'],
])('SQLSTATE %s names the setting that was too low', (code, message, setting) => {
  expect(classifyDatabaseError(postgresError(code, message))).toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining(`raise ${setting} for the role`) as string,
  })
})

test('a statement that was cancelled names no setting', () => {
  const error = postgresError('57014', 'canceling statement due to user request')
  expect(classifyDatabaseError(error)?.message).not.toContain('raise')
})

test('a parameter that a pooler does not pass on is final, and says what to do', () => {
  const error = postgresError('08P01', 'unsupported startup parameter: options')
  expect(classifyDatabaseError(error)).toMatchObject({
    code: 'database_refused',
    message: expect.stringContaining('ignore_startup_parameters') as string,
  })
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
