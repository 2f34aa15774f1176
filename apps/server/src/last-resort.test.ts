import { expect, test } from 'vitest'
import { collectLines } from '../test/support/collect-lines.ts'
import { createLastResort } from './last-resort.ts'

function run(error: unknown) {
  const { log, lines } = collectLines()
  const codes: number[] = []
  createLastResort(log, (code) => void codes.push(code))(error)
  return { codes, lines }
}

/** As postgres.js 3.4.9 does it, in a function of the same name. */
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

test('the process outlives the fault of the driver that concerns one connection, and logs it', () => {
  const { codes, lines } = run(faultOfTheDriver())
  expect(codes).toEqual([])
  expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('goes on') as string }])
})

test.each([
  new Error('nextWrite'),
  new TypeError("Cannot read properties of null (reading 'write')"),
  'a text',
  undefined,
])('after any other error the process ends: %s', (error) => {
  const { codes, lines } = run(error)
  expect(codes).toEqual([1])
  expect(lines).toMatchObject([
    { level: 'error', message: expect.stringContaining('the process ends') as string },
  ])
})
