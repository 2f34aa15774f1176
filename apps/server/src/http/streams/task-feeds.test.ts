import { TaskNotFoundError, type StoredTaskEvent, type TaskRecord } from '@ingestion-server/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { collectLines } from '../../../test/support/collect-lines.ts'
import { createManualClock, settle } from '@ingestion-server/core/testing/manual-clock.ts'
import { createTaskRecord } from '../../../test/support/task-record.ts'
import { createTaskFeeds, type TaskFeeds, type TaskUpdate } from './task-feeds.ts'

let clock: ReturnType<typeof createManualClock>
let record: TaskRecord
let events: StoredTaskEvent[]
let asked: number
let failing: Error | null
let feeds: TaskFeeds
let stopping: AbortController
let lines: Record<string, unknown>[]

const running = { status: 'running', phase: 'loading' } as const
const ended = { status: 'succeeded', phase: 'done', finishedAt: '2026-11-24T05:00:00.000Z' } as const

function happen(change: Partial<TaskRecord>, ...types: StoredTaskEvent['type'][]): void {
  record = { ...record, ...change }
  for (const type of types) {
    const { phase, attempt, id: taskId } = record
    events.push({ id: events.length + 1, taskId, type, at: record.createdAt, phase, attempt, data: {} })
  }
}

beforeEach(() => {
  clock = createManualClock()
  record = createTaskRecord()
  events = []
  asked = 0
  failing = null
  stopping = new AbortController()
  const collected = collectLines()
  lines = collected.lines
  feeds = createTaskFeeds({
    getTask: async () => {
      asked++
      if (failing) throw failing
      return record
    },
    events: async ({ after = 0, limit }) => events.filter(({ id }) => id > after).slice(0, limit),
    clock: clock.clock,
    log: collected.log,
    stopping: stopping.signal,
  })
  happen({}, 'created')
})

/** Collects the updates of a follower until the last one. */
function follow(stop = new AbortController()) {
  const updates: TaskUpdate[] = []
  const end = (async () => {
    for await (const update of feeds.follow(record.id, stop.signal)) updates.push(update)
  })()
  end.catch(() => undefined) // checked by the test
  return { updates, end, stop, types: () => updates.map((update) => update.events.map(({ type }) => type)) }
}

describe('when the process stops', () => {
  test('all feeds end immediately, and later ones get no update', async () => {
    const before = [follow(), follow()]
    await settle()
    stopping.abort()
    await Promise.all(before.map(({ end }) => end))
    expect(before.map(({ updates }) => updates.length)).toEqual([1, 1])
    const later = follow()
    await later.end
    expect(later.updates).toEqual([])
  })

  test('a feed that has no update yet ends too', async () => {
    const follower = follow()
    stopping.abort()
    await expect(follower.end).resolves.toBeUndefined()
  })
})

describe('a follower of a task', () => {
  test('gets the task and its events immediately, then the changes, and nothing after its end', async () => {
    const follower = follow()
    await settle()
    expect(follower.types()).toEqual([['created']])
    await clock.pass(5_000)
    expect(follower.updates).toHaveLength(1)
    happen(running, 'started', 'phase')
    await clock.pass(1_000)
    happen(ended, 'phase', 'succeeded')
    await clock.pass(1_000)
    expect(follower.types()).toEqual([['created'], ['started', 'phase'], ['phase', 'succeeded']])
    expect(follower.updates.map((update) => update.record.status)).toEqual(['queued', 'running', 'succeeded'])
    await follower.end
    expect(clock.sleeping()).toBe(0)
  })

  test('gets a change without an event', async () => {
    const follower = follow()
    await settle()
    happen({ planned: 10 })
    await clock.pass(500)
    expect(follower.updates.at(-1)).toMatchObject({ record: { planned: 10 }, events: [] })
    follower.stop.abort()
    await follower.end
  })

  test('gets everything in one update if the task ended long ago', async () => {
    happen(running, 'started')
    happen(ended, 'succeeded')
    const follower = follow()
    await follower.end
    expect(follower.types()).toEqual([['created', 'started', 'succeeded']])
  })

  test('gets several changes in one update if it is slow, and misses no event', async () => {
    const updates = feeds.follow(record.id, new AbortController().signal)
    await updates.next()
    happen(running, 'started')
    await clock.pass(500)
    happen({ phase: 'verifying' }, 'phase')
    await clock.pass(500)
    happen(ended, 'succeeded')
    await clock.pass(500)
    const { value } = await updates.next()
    expect(value?.events.map(({ type }) => type)).toEqual(['started', 'phase', 'succeeded'])
    expect(await updates.next()).toEqual({ value: undefined, done: true })
  })

  test('continues with the next attempt if the task was retried meanwhile', async () => {
    happen(ended, 'failed')
    await follow().end
    happen({ status: 'queued', phase: 'planning', finishedAt: null, attempt: 2 }, 'retried')
    const follower = follow()
    await clock.pass(500)
    happen(ended, 'succeeded')
    await clock.pass(500)
    await follower.end
    expect(follower.types()).toEqual([['created', 'failed', 'retried'], ['succeeded']])
  })
})

test('500 followers of a task share its polls', async () => {
  const followers = Array.from({ length: 500 }, () => follow())
  await settle()
  expect(asked).toBe(1)
  happen(running, 'started')
  await clock.pass(500)
  expect(asked).toBe(2)
  expect(followers.every(({ updates }) => updates.length === 2)).toBe(true)
  for (const { stop } of followers) stop.abort()
  await Promise.all(followers.map(({ end }) => end))
  await clock.pass(5_000)
  expect(asked).toBe(2)
  expect(clock.sleeping()).toBe(0)
})

test('polling stops when the last follower leaves', async () => {
  const [first, second] = [follow(), follow()]
  await settle()
  first.stop.abort()
  await first.end
  happen(running, 'started')
  await clock.pass(500)
  expect(second.updates).toHaveLength(2)
  second.stop.abort()
  await second.end
  const before = asked
  await clock.pass(5_000)
  expect(asked).toBe(before)
})

test('a follower that leaves before the first read does not wait', async () => {
  const stop = new AbortController()
  stop.abort()
  await follow(stop).end
  await clock.pass(5_000)
  expect(clock.sleeping()).toBe(0)
})

describe('a failed read of the task', () => {
  test('at the beginning gives the follower the error, and the next follower tries again', async () => {
    failing = new TaskNotFoundError(record.id)
    await expect(follow().end).rejects.toBe(failing)
    failing = null
    const follower = follow()
    await settle()
    expect(follower.updates).toHaveLength(1)
    follower.stop.abort()
    await follower.end
  })

  test('later is retried and logged once, and the feed continues', async () => {
    const follower = follow()
    await settle()
    failing = new Error('database away')
    await clock.pass(5_000)
    expect(lines).toMatchObject([{ level: 'warn', task_id: record.id }])
    failing = null
    happen(ended, 'succeeded')
    await clock.pass(1_000)
    await follower.end
    expect(follower.types().flat()).toEqual(['created', 'succeeded'])
  })
})
