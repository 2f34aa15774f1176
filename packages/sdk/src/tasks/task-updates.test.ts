import { describe, expect } from 'vitest'
import { rejection, test as base } from '../../test/client-test.ts'
import {
  eventMessage,
  problem,
  progressMessage,
  scheduledTask,
  succeededTask,
  taskEvent,
  taskId,
  wireTask,
} from '../../test/wire.ts'
import { NotFoundError, type TaskHandle, type TaskUpdate } from '../index.ts'

const test = base.extend<{ handle: TaskHandle }>({
  handle: async ({ server, client }, use) => {
    server.play({ status: 202, json: scheduledTask() })
    await use(await client.reindex({ model: 'image' }))
  },
})

const running = { json: wireTask() }
const succeeded = { json: succeededTask() }
const created = taskEvent(1, 'created')
const started = taskEvent(3, 'started')
const waiting = taskEvent(5, 'waiting', { waiting: { next_attempt_at: '2026-11-24T00:00:09.000Z' } })
const ended = taskEvent(9, 'succeeded')

function page(events: readonly unknown[], next_page_token: string | null = null) {
  return { json: { events, next_page_token } }
}

/** Each event by its id, and each snapshot of the task by its progress. */
async function collect(updates: AsyncIterable<TaskUpdate>): Promise<string[]> {
  const received: string[] = []
  for await (const update of updates) {
    received.push(update.type === 'progress' ? `${update.task.progress}%` : `${update.id} ${update.type}`)
  }
  return received
}

describe('events', () => {
  test('arrive in order with the task in between, until it has ended', async ({ server, handle }) => {
    server.play({
      stream: [
        progressMessage({ progress: 0 }),
        eventMessage(created),
        eventMessage(started),
        progressMessage(),
        progressMessage(),
        progressMessage(succeededTask()),
        eventMessage(ended),
      ],
      then: 'end',
    })
    server.play(succeeded, page([]))
    expect(await collect(handle.events())).toEqual([
      '0%',
      '1 created',
      '3 started',
      '40%',
      '100%',
      '9 succeeded',
    ])
    expect(handle.task.status).toBe('succeeded')
  })

  test('have all their names in camelCase', async ({ server, handle }) => {
    server.play({ stream: [eventMessage(waiting)], then: 'end' })
    for await (const update of handle.events()) {
      expect(update).toMatchObject({ data: { waiting: { nextAttemptAt: '2026-11-24T00:00:09.000Z' } } })
      break
    }
    await expect.poll(() => server.pending).toBe(0)
  })

  test('arrive once, even if connections are lost and events are sent again', async ({ server, handle }) => {
    server.play({ stream: [eventMessage(created), eventMessage(started)], then: 'cut' }, running)
    server.play(page([started, waiting]))
    // This connection does not support Last-Event-ID.
    server.play({ stream: [created, started, waiting].map(eventMessage), then: 'cut' }, succeeded)
    server.play(page([ended]))
    expect(await collect(handle.events())).toEqual([
      '1 created',
      '3 started',
      '5 waiting',
      '40%',
      '9 succeeded',
      '100%',
    ])
    expect(server.requests.map(({ url }) => url).slice(1)).toEqual([
      `/task/${taskId}/events`,
      `/task/${taskId}`,
      `/task/${taskId}/events?page_token=3`,
      `/task/${taskId}/events`,
      `/task/${taskId}`,
      `/task/${taskId}/events?page_token=5`,
    ])
  })

  test('are read page by page if no stream gets through', async ({ server, handle }) => {
    server.play(
      page([created]),
      running,
      page([created], '1'),
      page([started]),
      succeeded,
      page([waiting, ended]),
    )
    expect(await collect(handle.events())).toEqual([
      '1 created',
      '3 started',
      '40%',
      '5 waiting',
      '9 succeeded',
      '100%',
    ])
  })

  test('are read page by page if streams are switched off', async ({ server, handle }) => {
    server.play(succeeded, page([created, ended]))
    expect(await collect(handle.events({ stream: false }))).toEqual(['1 created', '9 succeeded', '100%'])
    expect(server.requests[2]?.headers.accept).toContain('application/json')
  })

  test('can start after a given event', async ({ server, handle }) => {
    server.play({ stream: [created, started, ended].map(eventMessage), then: 'end' }, succeeded, page([]))
    expect(await collect(handle.events({ after: 3 }))).toEqual(['9 succeeded', '100%'])
    expect(server.requests[1]?.headers['last-event-id']).toBe('3')
    expect(server.requests[3]?.url).toBe(`/task/${taskId}/events?page_token=9`)
  })

  test('can be limited to those until now', async ({ server, handle }) => {
    server.play(page([started], '3'), page([waiting]))
    expect(await collect(handle.events({ after: 1, follow: false }))).toEqual(['3 started', '5 waiting'])
    expect(server.requests.slice(1).map(({ url }) => url)).toEqual([
      `/task/${taskId}/events?page_token=1`,
      `/task/${taskId}/events?page_token=3`,
    ])
  })

  test('end with an error if the task is gone', async ({ server, handle }) => {
    const missing = { status: 404, json: problem(404, 'task_not_found') }
    server.play(missing, missing)
    expect(await rejection(collect(handle.events()))).toBeInstanceOf(NotFoundError)
  })

  test('end with the reason of the signal', async ({ server, handle }) => {
    server.play({ stream: [eventMessage(created)], then: 'silence' })
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const updates = handle.events({ signal: controller.signal })[Symbol.asyncIterator]()
    await updates.next()
    controller.abort(reason)
    expect(await rejection(updates.next())).toBe(reason)
    await expect.poll(() => server.pending).toBe(0)
  })
})

test('the history so far is read page by page, without waiting', async ({ server, handle }) => {
  server.play(page([created, started], '3'), page([waiting]))
  const ids: number[] = []
  for await (const { id } of handle.history()) ids.push(id)
  expect(ids).toEqual([1, 3, 5])
})
