import { describe, expect } from 'vitest'
import { rejection, test as base } from '../../test/client-test.ts'
import type { Step } from '../../test/scripted-server.ts'
import {
  failedTask,
  problem,
  progressMessage,
  scheduledTask,
  succeededTask,
  taskEvent,
  taskId,
  eventMessage,
  wireTask,
} from '../../test/wire.ts'
import { NotFoundError, TaskFailedError, WaitTimeoutError, type Task, type TaskHandle } from '../index.ts'

/** With a task that was just started; `hasty` is a handle of it with a request timeout of three seconds. */
const test = base.extend<{ handle: TaskHandle; hasty: TaskHandle; asked: () => string[] }>({
  handle: async ({ server, client }, use) => {
    server.play({ status: 202, json: scheduledTask() })
    await use(await client.reindex({ model: 'image' }))
  },
  hasty: async ({ server, connect }, use) => {
    server.play({ status: 202, json: scheduledTask() })
    await use(await connect({ requestTimeoutMs: 3_000 }).reindex({ model: 'image' }))
  },
  asked: async ({ server }, use) => {
    await use(() =>
      server.requests
        .slice(1)
        .map(({ url, headers }) =>
          [url.replace(`/task/${taskId}`, 'task'), headers['last-event-id']].join(' ').trim(),
        ),
    )
  },
})

const running = { json: wireTask() }
const succeeded = { json: succeededTask() }
const started = eventMessage(taskEvent(3, 'started'))
const ended = [eventMessage(taskEvent(9, 'succeeded')), progressMessage(succeededTask())]

describe('a wait over a stream', () => {
  test('receives each change, and ends with the task', async ({ server, handle, asked, clock }) => {
    server.play({
      stream: ['retry: 2000\n\n', progressMessage(), started, progressMessage({ progress: 50 }), ...ended],
      then: 'silence',
    })
    const received: number[] = []
    const task = await handle.wait({ onProgress: ({ progress }) => received.push(progress) })
    expect(task.status).toBe('succeeded')
    expect(received).toEqual([40, 50, 100])
    expect(handle.task.status).toBe('succeeded')
    expect(asked()).toEqual(['task/events'])
    expect(server.requests[1]?.headers).toMatchObject({ accept: 'text/event-stream' })
    expect(clock.slept).toEqual([])
    await expect.poll(() => server.pending).toBe(0)
  })

  test('sends the token', async ({ server, connect }) => {
    server.play(running, { stream: ended, then: 'end' })
    const handle = await connect({ token: 'secret-token' }).tasks.handle(taskId)
    await handle.wait()
    expect(server.requests[1]?.headers).toMatchObject({ authorization: 'Bearer secret-token' })
  })

  test('polls the task when the stream ends without an event for the end', async ({
    server,
    handle,
    asked,
  }) => {
    server.play({ stream: [progressMessage()], then: 'end' }, { json: failedTask() })
    expect(await rejection(handle.wait())).toBeInstanceOf(TaskFailedError)
    expect(asked()).toEqual(['task/events', 'task'])
  })

  const ends: Step[] = [
    { stream: [started, progressMessage()], then: 'cut' },
    { stream: [started, progressMessage()], then: 'end' },
    { stream: [started, progressMessage(), 'event: progress\nda'], then: 'cut' },
  ]
  test.for(ends)(
    'continues after the last event when a connection is lost: %j',
    async (step, { server, handle, asked }) => {
      server.play(step, running, { stream: ended, then: 'end' })
      expect((await handle.wait()).status).toBe('succeeded')
      expect(asked()).toEqual(['task/events', 'task', 'task/events 3'])
    },
  )

  test('survives a restart of the server', async ({ server, handle, clock, asked }) => {
    server.play({ stream: [started], then: 'cut' })
    clock.duringSleep = async (count) => {
      if (count === 1) await server.stop()
      if (count !== 4) return
      await server.start()
      server.play({ stream: ended, then: 'end' })
    }
    server.play(running)
    expect((await handle.wait()).status).toBe('succeeded')
    // A poll and its interval; then the backoff while nothing responds.
    expect(clock.slept).toEqual([500, 500, 1_000, 2_000])
    expect(asked()).toEqual(['task/events', 'task', 'task/events 3'])
  })

  test('ignores unknown messages', async ({ server, handle }) => {
    const unknown = [
      'event: later\ndata: {"a":1}\n\n',
      'data: no json\n\n',
      'event: progress\ndata: null\n\n',
    ]
    server.play({ stream: [...unknown, progressMessage(), ...ended], then: 'end' })
    const received: Task[] = []
    await handle.wait({ onProgress: (task) => received.push(task) })
    expect(received.map(({ progress }) => progress)).toEqual([40, 100])
  })

  test('closes the connection if onProgress throws', async ({ server, handle }) => {
    server.play({ stream: [progressMessage()], then: 'silence' })
    const reason = new Error('enough seen')
    const onProgress = () => {
      throw reason
    }
    expect(await rejection(handle.wait({ onProgress }))).toBe(reason)
    await expect.poll(() => server.pending).toBe(0)
  })

  test('is rejected with the reason of the signal, and closes the connection', async ({ server, handle }) => {
    server.play({ stream: [progressMessage()], then: 'silence' })
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const onProgress = () => controller.abort(reason)
    expect(await rejection(handle.wait({ onProgress, signal: controller.signal }))).toBe(reason)
    await expect.poll(() => server.pending).toBe(0)
  })

  test('ends with a last poll when its time is up', async ({ server, handle, asked }) => {
    server.play({ stream: [progressMessage()], then: 'silence' }, running)
    const error = await rejection(handle.wait({ timeoutMs: 1_000 }))
    expect(error).toBeInstanceOf(WaitTimeoutError)
    expect(error).toMatchObject({ task: { progress: 40 } })
    expect(asked()).toEqual(['task/events', 'task'])
    await expect.poll(() => server.pending).toBe(0)
  })
})

describe('a wait where no stream gets through', () => {
  const walls: [string, Step][] = [
    ['JSON instead', { json: { events: [], next_page_token: null } }],
    ['no such path', { status: 404, json: problem(404, 'not_found') }],
    ['a page of a proxy', { status: 502, text: '<html>' }],
    ['a refused content type', { status: 406, text: '' }],
    ['a lost connection', 'reset'],
    ['no response', 'hang'],
    ['a stream that is held back', { stream: [], then: 'silence' }],
    ['an empty stream', { stream: [': hello\n\n'], then: 'end' }],
  ]
  test.for(walls)('polls: %s', async ([, wall], { server, hasty, asked, clock }) => {
    server.play(wall, running, running, succeeded)
    expect((await hasty.wait()).status).toBe('succeeded')
    expect(asked()).toEqual(['task/events', 'task', 'task', 'task'])
    expect(clock.slept).toEqual([500, 500])
    await expect.poll(() => server.pending).toBe(0)
  })

  test('polls after a stream falls silent, and does not open it again', async ({ server, hasty, asked }) => {
    server.play({ stream: [progressMessage()], then: 'silence' }, running)
    server.play({ stream: [], then: 'silence' }, running, succeeded)
    expect((await hasty.wait()).status).toBe('succeeded')
    expect(asked()).toEqual(['task/events', 'task', 'task/events', 'task', 'task'])
  })

  test('fails if the task does not exist', async ({ server, handle }) => {
    const missing = { status: 404, json: problem(404, 'task_not_found') }
    server.play(missing, missing)
    expect(await rejection(handle.wait())).toBeInstanceOf(NotFoundError)
  })
})
