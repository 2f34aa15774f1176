import { expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import { createLastResort } from './last-resort.ts'

function run(error: unknown) {
  const { log, lines } = collectLines()
  const codes: number[] = []
  createLastResort(log, (code) => void codes.push(code))(error)
  return { codes, lines }
}

/** As in postgres.js 3.4.9, in a function of the same name. */
function faultOfTheDriver(): unknown {
  const socket = null as unknown as { write(): void }
  function nextWrite() {
    socket.write()
  }
  try {
    nextWrite()
  } catch (error) {
    return error
  }
  return undefined
}

test.each([
  ['written to when it was closed', faultOfTheDriver()],
  [
    'ended by Postgres',
    Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' }),
  ],
  ['reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ['lost by pg', new Error('Connection terminated unexpectedly')],
])('the process survives a connection that is %s, and logs it', (_, error) => {
  const { codes, lines } = run(error)
  expect(codes).toEqual([])
  expect(lines).toMatchObject([
    { level: 'error', message: expect.stringContaining('the process continues') as string },
  ])
})

test.each([
  new Error('nextWrite'),
  Object.assign(new Error('syntax error'), { code: '42601', severity: 'ERROR' }),
  new TypeError("Cannot read properties of null (reading 'write')"),
  'a text',
  undefined,
])('the process ends after any other uncaught error: %s', (error) => {
  const { codes, lines } = run(error)
  expect(codes).toEqual([1])
  expect(lines).toMatchObject([
    { level: 'error', message: expect.stringContaining('the process exits') as string },
  ])
})
