import type { Clock } from '@ingestion-server/core'
import { expect, test } from 'vitest'
import { startTimeSlice } from './time-slice.ts'

/** A clock whose sleeps end when the test lets time pass. */
function createFakeClock() {
  let now = 0
  let endSleep: (() => void) | null = null
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
        endSleep = () => {
          now += ms
          resolve()
        }
      }),
  }
  return {
    clock,
    /** Ends the current sleep, if any, and runs everything that follows. */
    async pass() {
      endSleep?.()
      endSleep = null
      await new Promise<void>((resolve) => setImmediate(resolve))
    },
  }
}

function start(answers: (boolean | Error)[], signal = new AbortController().signal) {
  const { clock, pass } = createFakeClock()
  const hasWaiting = async () => {
    const answer = answers.shift() ?? false
    if (answer instanceof Error) throw answer
    return answer
  }
  return { slice: startTimeSlice({ sliceMs: 10, maxSliceMs: 35, hasWaiting, signal, clock }), pass }
}

test('a time slice ends when its time is up and another task waits', async () => {
  const { slice, pass } = start([true])
  expect(slice.signal.aborted).toBe(false)
  await pass()
  expect(slice.signal.aborted).toBe(true)
})

test('it continues while no other task waits, up to its maximum', async () => {
  const { slice, pass } = start([false, false])
  await pass()
  await pass()
  expect(slice.signal.aborted).toBe(false)
  await pass()
  expect(slice.signal.aborted).toBe(true)
})

test('it ends when the check for waiting tasks fails', async () => {
  const { slice, pass } = start([new Error('the database is away')])
  await pass()
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
  const { clock, pass } = createFakeClock()
  const slice = startTimeSlice({
    sliceMs: 10,
    maxSliceMs: 35,
    hasWaiting: async () => asked.push('others') > 0,
    signal: new AbortController().signal,
    clock,
  })
  slice.end()
  await pass()
  expect(asked).toEqual([])
})
