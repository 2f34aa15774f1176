import type { Clock } from '@ingestion-server/core'
import { expect, test } from 'vitest'
import { startTurn } from './turn.ts'

/** A clock whose sleeps end when the test lets time pass. */
function createFakeClock() {
  let now = 0
  let wake: (() => void) | null = null
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
        wake = () => {
          now += ms
          resolve()
        }
      }),
  }
  return {
    clock,
    /** Ends the sleep under way, if any, and lets everything that follows happen. */
    async pass() {
      wake?.()
      wake = null
      await new Promise<void>((resolve) => setImmediate(resolve))
    },
  }
}

function start(answers: (boolean | Error)[], signal = new AbortController().signal) {
  const { clock, pass } = createFakeClock()
  const othersWait = async () => {
    const answer = answers.shift() ?? false
    if (answer instanceof Error) throw answer
    return answer
  }
  return { turn: startTurn({ turnMs: 10, maxTurnMs: 35, othersWait, signal, clock }), pass }
}

test('a turn is over when its time is up and others wait', async () => {
  const { turn, pass } = start([true])
  expect(turn.signal.aborted).toBe(false)
  await pass()
  expect(turn.signal.aborted).toBe(true)
})

test('while nobody waits it goes on, but not for ever', async () => {
  const { turn, pass } = start([false, false])
  await pass()
  await pass()
  expect(turn.signal.aborted).toBe(false)
  await pass()
  expect(turn.signal.aborted).toBe(true)
})

test('it is over when nobody can say whether others wait', async () => {
  const { turn, pass } = start([new Error('the database is away')])
  await pass()
  expect(turn.signal.aborted).toBe(true)
})

test('it is over at once when the process stops', () => {
  const stopping = new AbortController()
  const { turn } = start([], stopping.signal)
  stopping.abort()
  expect(turn.signal.aborted).toBe(true)
})

test('work that ended by itself ends the watch', async () => {
  const asked: string[] = []
  const { clock, pass } = createFakeClock()
  const turn = startTurn({
    turnMs: 10,
    maxTurnMs: 35,
    othersWait: async () => asked.push('others') > 0,
    signal: new AbortController().signal,
    clock,
  })
  turn.end()
  await pass()
  expect(asked).toEqual([])
})
