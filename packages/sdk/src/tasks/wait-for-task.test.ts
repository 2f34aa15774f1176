import { afterEach, describe, expect, vi } from 'vitest'
import { rejection, test as base } from '../../test/client-test.ts'
import type { Step } from '../../test/scripted-server.ts'
import { failedTask, problem, scheduledTask, succeededTask, taskId, wireTask } from '../../test/wire.ts'
import {
  NotFoundError,
  TaskCancelledError,
  TaskFailedError,
  WaitTimeoutError,
  type Task,
  type TaskHandle,
  type WaitOptions,
} from '../index.ts'

/** With a task that was just started, and a wait for it that only polls; stream-task.test.ts tests streams. */
const test = base.extend<{ handle: TaskHandle; wait: (options?: WaitOptions) => Promise<Task> }>({
  wait: async ({ handle }, use) => {
    await use((options) => handle.wait({ stream: false, ...options }))
  },
  handle: async ({ server, client }, use) => {
    server.play({ status: 202, json: scheduledTask() })
    await use(await client.reindex({ model: 'image' }))
  },
})

afterEach(() => void vi.restoreAllMocks())

const running = { json: wireTask() }
const succeeded = { json: succeededTask() }

describe('the end of a wait', () => {
  test('is the task if it succeeded', async ({ server, wait }) => {
    server.play(running, succeeded)
    expect(await wait()).toMatchObject({ status: 'succeeded', progress: 100 })
  })

  test('is an error with the code of the task if it failed', async ({ server, wait }) => {
    server.play({ json: failedTask('documents_failed') })
    const error = await rejection(wait())
    expect(error).toBeInstanceOf(TaskFailedError)
    expect(error).toMatchObject({
      code: 'documents_failed',
      task: { status: 'failed' },
      message: `task ${taskId} (REINDEX of image) failed: 3 documents of index image-20231106 were refused`,
    })
  })

  test('is an error if it failed without details', async ({ server, wait }) => {
    server.play({ json: wireTask({ status: 'failed', active: false }) })
    expect(await rejection(wait())).toMatchObject({ name: 'TaskFailedError', code: 'task_failed' })
  })

  test('is an error if it was cancelled', async ({ server, wait }) => {
    server.play({ json: wireTask({ status: 'cancelled', active: false }) })
    const error = await rejection(wait())
    expect(error).toBeInstanceOf(TaskCancelledError)
    expect(error).toMatchObject({ code: 'task_cancelled', task: { status: 'cancelled' } })
  })

  test('depends on active and error only, also with an unknown status', async ({ server, wait }) => {
    const status = 'archived' as never
    server.play({ json: wireTask({ status, active: true }) }, { json: wireTask({ status, active: false }) })
    expect(await wait()).toMatchObject({ status: 'archived' })
  })

  test('is an immediate error if the task does not exist', async ({ server, wait }) => {
    server.play({ status: 404, json: problem(404, 'task_not_found') })
    expect(await rejection(wait())).toBeInstanceOf(NotFoundError)
  })
})

describe('polling', () => {
  test('slows down from half a second to five seconds', async ({ server, wait, clock }) => {
    server.play(...Array<Step>(9).fill(running), succeeded)
    await wait()
    expect(clock.slept).toEqual([500, 750, 1125, 1687.5, 2531.25, 3796.875, 5_000, 5_000, 5_000])
  })

  test('can be made faster or slower', async ({ server, wait, clock }) => {
    server.play(running, running, running, succeeded)
    await wait({ pollIntervalMs: 10, maxPollIntervalMs: 20 })
    expect(clock.slept).toEqual([10, 15, 20])
  })

  test('respects Retry-After', async ({ server, wait, clock }) => {
    const at = (seconds: string) => ({ ...running, headers: { 'retry-after': seconds } })
    server.play(at('2'), at('0'), at('30'), at('1'), succeeded)
    await wait()
    expect(clock.slept).toEqual([2_000, 750, 30_000, 1687.5])
  })

  test('starts at the time in the response to the action', async ({ server, client, clock }) => {
    server.play({ status: 202, json: scheduledTask(), headers: { 'retry-after': '3' } }, succeeded)
    const handle = await client.reindex({ model: 'image' })
    await clock.sleep(1_000)
    await handle.wait({ stream: false })
    expect(clock.slept).toEqual([1_000, 2_000])
  })

  test.for([{ timeoutMs: 0 }, { timeoutMs: NaN }, { pollIntervalMs: 0 }, { maxPollIntervalMs: Infinity }])(
    'refuses %o by name',
    async (options, { wait, server }) => {
      const error = await rejection(wait(options))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toContain(Object.keys(options)[0])
      expect(server.requests).toHaveLength(1)
    },
  )
})

describe('onProgress', () => {
  test('is called with the task once for each change', async ({ server, wait }) => {
    const later = { json: wireTask({ progress: 41 }) }
    server.play(running, running, later, later, running, succeeded)
    const received: Task[] = []
    await wait({ onProgress: (task) => received.push(task) })
    expect(received.map(({ progress }) => progress)).toEqual([40, 41, 40, 100])
  })

  test('ends the wait if it throws', async ({ server, wait }) => {
    server.play(running)
    const reason = new Error('enough seen')
    const onProgress = () => {
      throw reason
    }
    expect(await rejection(wait({ onProgress }))).toBe(reason)
    expect(server.requests).toHaveLength(2)
  })
})

describe('a wait', () => {
  test('survives a restart of the server', async ({ server, wait, clock }) => {
    server.play(running)
    clock.duringSleep = async (count) => {
      if (count === 1) await server.stop()
      if (count !== 20) return
      await server.start()
      server.play(running, succeeded)
    }
    expect((await wait()).status).toBe('succeeded')
    // Half a second to the second poll; then the backoff of 19 refused ones, then polling continues.
    expect(clock.slept.slice(0, 6)).toEqual([500, 500, 1_000, 2_000, 4_000, 5_000])
    expect(clock.slept.slice(19)).toEqual([5_000, 750])
  })

  test('survives a proxy without its server, and other interruptions', async ({ server, wait }) => {
    server.play({ status: 502, text: '<html>' }, { status: 503, text: '' }, { status: 504, text: '' })
    server.play('reset', 'cut', { status: 429, json: problem(429, 'rate_limited') }, succeeded)
    expect((await wait()).status).toBe('succeeded')
  })

  test('fails if the server refuses permanently', async ({ server, wait }) => {
    server.play({ status: 502, json: problem(502, 'database_refused') })
    expect(await rejection(wait())).toMatchObject({ code: 'database_refused' })
  })

  test('respects Retry-After of a proxy', async ({ server, wait, clock }) => {
    server.play({ status: 503, text: '', headers: { 'retry-after': '90' } }, succeeded)
    await wait()
    expect(clock.slept).toEqual([90_000])
  })

  test('ends with the last state when its time is up, after a last poll', async ({ server, wait, clock }) => {
    server.play(...Array<Step>(9).fill(running))
    const startedAt = clock.now()
    const error = await rejection(wait({ timeoutMs: 2_000 }))
    expect(error).toBeInstanceOf(WaitTimeoutError)
    expect(error).toMatchObject({ code: 'wait_timeout', task: { progress: 40 } })
    expect(error).not.toHaveProperty('cause')
    expect(String(error)).toContain('was still running (loading, 40%) after 2000 ms')
    expect(clock.now() - startedAt).toBe(2_000)
    expect(clock.slept).toEqual([500, 750, 750])
    expect(server.requests).toHaveLength(5)
  })

  test('limits each poll to the remaining time, but the last one to a second', async ({ server, wait }) => {
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    server.play(...Array<Step>(4).fill(running))
    await rejection(wait({ timeoutMs: 2_000 }))
    expect(timeout.mock.calls).toEqual([[2_000], [1_500], [1_000], [1_000]])
  })

  test('resets the backoff after an outage', async ({ server, wait, clock }) => {
    server.play('reset', 'reset', running, 'reset', running, running, running)
    const error = await rejection(wait({ timeoutMs: 4_000 }))
    expect(clock.slept).toEqual([500, 1_000, 500, 500, 750, 750])
    expect(error).not.toHaveProperty('cause')
  })

  test('succeeds if the last poll sees the end', async ({ server, wait }) => {
    server.play(running, succeeded)
    expect((await wait({ timeoutMs: 100 })).status).toBe('succeeded')
  })

  test('that times out during an outage has the reason', async ({ server, wait }) => {
    await server.stop()
    const error = await rejection(wait({ timeoutMs: 60_000 }))
    expect(error).toBeInstanceOf(WaitTimeoutError)
    expect(error).toMatchObject({ task: { status: 'queued' }, cause: { name: 'ConnectionError' } })
  })

  test('that times out does not wait for a server that does not respond', async ({ server, wait }) => {
    server.play('hang', 'hang')
    expect(await rejection(wait({ timeoutMs: 1 }))).toMatchObject({
      name: 'WaitTimeoutError',
      cause: { name: 'ConnectionError' },
    })
  })

  test('is rejected with the reason of the signal at any time', async ({ server, wait, clock }) => {
    const reason = new Error('changed my mind')
    expect(await rejection(wait({ signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(server.requests).toHaveLength(1)

    const sleeping = new AbortController()
    server.play(running)
    clock.duringSleep = () => sleeping.abort(reason)
    expect(await rejection(wait({ signal: sleeping.signal }))).toBe(reason)

    const asking = new AbortController()
    server.play('hang')
    const rejected = rejection(wait({ signal: asking.signal }))
    await expect.poll(() => server.requests.length).toBe(3)
    asking.abort(reason)
    expect(await rejected).toBe(reason)
  })
})
