import { afterEach, expect, test, vi } from 'vitest'
import { poll, type PollResult } from './poll.ts'

afterEach(() => void vi.useRealTimers())

function run(answers: (Response | Error)[], startsAtOnce = true) {
  vi.useFakeTimers({ now: 0 })
  const results: { at: number; result: PollResult<unknown> }[] = []
  const controller = new AbortController()
  const times: number[] = []
  const sent: Headers[] = []
  const serverTimes: number[] = []
  const done = poll({
    url: '/live/tasks',
    fetch: async (_, init) => {
      times.push(Date.now())
      sent.push(new Headers(init?.headers))
      const answer = answers.shift()
      if (answer === undefined) {
        controller.abort()
        throw new Error('no more answers')
      }
      if (answer instanceof Error) throw answer
      return answer
    },
    intervalMs: () => 1_000,
    onResult: (result) => results.push({ at: Date.now(), result }),
    onTime: (time) => serverTimes.push(time),
    signal: controller.signal,
    startsAtOnce,
  })
  return { results, times, sent, serverTimes, done, controller }
}

test('polls after each interval', async () => {
  const { results, times, done } = run([Response.json(1), Response.json(2)])
  await vi.advanceTimersByTimeAsync(2_000)
  await done
  expect(results.map(({ result }) => result)).toEqual([
    { kind: 'value', value: 1 },
    { kind: 'value', value: 2 },
  ])
  expect(times).toEqual([0, 1_000, 2_000])
})

test('sends what it has, and keeps the last value if nothing has changed', async () => {
  const part = { '#': 'hash', v: { title: 'Reindex image-1' } }
  const { results, sent, done } = run([
    Response.json({ tasks: [part] }, { headers: { etag: 'W/"1"' } }),
    new Response(null, { status: 304 }),
    Response.json({ tasks: [{ '#': 'hash' }, { '#': 'other', v: 2 }] }),
    Response.json({ tasks: [{ '#': 'never seen' }] }),
  ])
  await vi.advanceTimersByTimeAsync(8_000)
  await done
  expect(results.map(({ result }) => result)).toEqual([
    { kind: 'value', value: { tasks: [part.v] } },
    { kind: 'unchanged' },
    { kind: 'value', value: { tasks: [part.v, 2] } },
    { kind: 'unreachable' },
  ])
  expect(sent[0]?.has('if-none-match')).toBe(false)
  for (const headers of sent.slice(1, 3)) {
    expect(headers.get('if-none-match')).toBe('W/"1"')
    expect(headers.get('known-parts')).toBe('hash')
  }
})

test('learns the time of the server from each response', async () => {
  const date = 'Sun, 29 Nov 2026 06:00:00 GMT'
  const { serverTimes, done } = run([
    Response.json(1, { headers: { date } }),
    new Response(null, { status: 304, headers: { date } }),
    Response.json(2),
  ])
  await vi.advanceTimersByTimeAsync(4_000)
  await done
  // The middle of the second that the header names.
  const time = Date.UTC(2026, 10, 29, 6, 0, 0, 500)
  expect(serverTimes).toEqual([time, time])
})

test('polls less often while there is no response, and at the interval again afterwards', async () => {
  const unreachable = () => new TypeError('failed to fetch')
  const { results, times, done } = run([
    unreachable(),
    unreachable(),
    new Response('', { status: 503 }),
    Response.json(1),
  ])
  await vi.advanceTimersByTimeAsync(60_000)
  await done
  expect(results.map(({ result }) => result.kind)).toEqual([
    'unreachable',
    'unreachable',
    'unreachable',
    'value',
  ])
  expect(times).toEqual([0, 2_000, 6_000, 14_000, 15_000])
})

test('stops when the session is over', async () => {
  const { results, times, done } = run([new Response('', { status: 401 }), Response.json(1)])
  await done
  expect(results.map(({ result }) => result.kind)).toEqual(['signed_out'])
  expect(times).toHaveLength(1)
})

test('stops at once when the page is left, also in the middle of a wait', async () => {
  const { results, done, controller } = run([Response.json(1)], false)
  await vi.advanceTimersByTimeAsync(500)
  controller.abort()
  await done
  expect(results).toEqual([])
})

test('the reason of the dashboard itself is kept, and not that of a proxy', async () => {
  const message = 'The dashboard’s database did not respond.'
  const { results, done } = run([
    Response.json({ message }, { status: 503 }),
    new Response('<h1>Bad gateway</h1>', { status: 503 }),
    Response.json({ message }, { status: 502 }),
  ])
  await vi.advanceTimersByTimeAsync(20_000)
  await done
  expect(results.slice(0, 3).map(({ result }) => result)).toEqual([
    { kind: 'unreachable', reason: message },
    { kind: 'unreachable' },
    { kind: 'unreachable' },
  ])
})
