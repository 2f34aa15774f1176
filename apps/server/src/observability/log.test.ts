import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import { textWith } from '../../test/support/matchers.ts'

test('a line has time, level, message and all fields, including those of the parent', () => {
  const { log, lines } = collectLines('debug', () => new Date('2026-11-24T04:00:00Z'))
  log.child({ request_id: 'r1' }).info('task created', { task_id: 't1' })
  expect(lines).toEqual([
    {
      time: '2026-11-24T04:00:00.000Z',
      level: 'info',
      message: 'task created',
      request_id: 'r1',
      task_id: 't1',
    },
  ])
})

test('lines below the level are left out', () => {
  const { log, lines } = collectLines('warn')
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  expect(lines.map(({ message }) => message)).toEqual(['c', 'd'])
})

test('an error shows its stack and cause, and no internals of the connection that a client attached to it', () => {
  const { log, lines } = collectLines()
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', meta: { password: 's3cret' } })
  log.error('failed', { error: new Error('away', { cause }) })
  expect(lines[0]).toMatchObject({
    error: {
      message: 'away',
      stack: textWith('log.test.ts'),
      cause: { code: 'ECONNREFUSED' },
    },
  })
  expect(JSON.stringify(lines)).not.toContain('s3cret')
})

test('a failed statement is shown without its parameters', () => {
  const { log, lines } = collectLines()
  const failed = new DrizzleQueryError('insert into token values ($1)', ['s3cret'], new Error('full'))
  log.error('failed', { error: failed, errors: new AggregateError([failed]) })
  expect(lines[0]).toMatchObject({
    error: { message: textWith('insert into token'), stack: textWith('full') },
  })
  expect(JSON.stringify(lines)).not.toContain('s3cret')
})

test("a message is logged even if JSON can't represent one of its fields", () => {
  const { log, lines } = collectLines()
  log.info('odd', { count: 1n })
  expect(lines[0]).toMatchObject({ message: 'odd', log_error: textWith('BigInt') })
})
