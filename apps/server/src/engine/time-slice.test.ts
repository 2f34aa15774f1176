import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { expect, test } from 'vitest'
import { startTimeSlice } from './time-slice.ts'

const sliceMs = 10

function start(answers: (boolean | Error)[], signal = new AbortController().signal) {
  const { clock, pass } = createManualClock()
  const hasWaiting = async () => {
    const answer = answers.shift() ?? false
    if (answer instanceof Error) throw answer
    return answer
  }
  return { slice: startTimeSlice({ sliceMs, maxSliceMs: 35, hasWaiting, signal, clock }), pass }
}

test('a time slice ends when its time is up and another task waits', async () => {
  const { slice, pass } = start([true])
  expect(slice.signal.aborted).toBe(false)
  await pass(sliceMs)
  expect(slice.signal.aborted).toBe(true)
})

test('it continues while no other task waits, up to its maximum', async () => {
  const { slice, pass } = start([false, false])
  await pass(sliceMs)
  await pass(sliceMs)
  expect(slice.signal.aborted).toBe(false)
  await pass(sliceMs)
  expect(slice.signal.aborted).toBe(true)
})

test('it ends when the check for waiting tasks fails', async () => {
  const { slice, pass } = start([new Error('the database is away')])
  await pass(sliceMs)
  expect(slice.signal.aborted).toBe(true)
})

test('it ends immediately when the process stops', () => {
  const stopping = new AbortController()
  const { slice } = start([], stopping.signal)
  stopping.abort()
  expect(slice.signal.aborted).toBe(true)
})

test('the timer stops when the work ends earlier', async () => {
  const asked: string[] = []
  const { clock, pass } = createManualClock()
  const slice = startTimeSlice({
    sliceMs,
    maxSliceMs: 35,
    hasWaiting: async () => asked.push('others') > 0,
    signal: new AbortController().signal,
    clock,
  })
  slice.end()
  await pass(sliceMs)
  expect(asked).toEqual([])
})
