import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTcpProxy, throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import type { DeliverCallback } from '../src/engine/callbacks.ts'
import { CallbackFailedError } from '../src/webhooks/callback-failed-error.ts'
import { aborted, createEngineWorld, done, taskRecord, until } from './support/engine-world.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let database: TestDatabase
let world: ReturnType<typeof createEngineWorld>
let sql: postgres.Sql

beforeEach(async () => {
  database = await createTestDatabase(postgresUrl())
  world = createEngineWorld(database.url)
  sql = postgres(database.url, { max: 1, onnotice: () => undefined, prepare: false })
})
afterEach(async () => {
  await world.close()
  await sql.end()
  await database.drop()
})

/** Resolves when an engine takes tickets: before that, tasks that are waked are found by its first sweep. */
async function ready(engine: { wake(taskId: string): void }) {
  let ran = false
  const task = world.addTask(async (taskId) => {
    ran = true
    return done(taskId)
  })
  await until(() => {
    engine.wake(task)
    return ran
  })
  await until(async () => !world.active.has(task))
}

describe('one engine', () => {
  test('works on a task that is waked, to its end', async () => {
    const engine = world.startEngine()
    await ready(engine)
    const turns: string[] = []
    const task = world.addTask(async (taskId) =>
      turns.push('turn') < 3 ? { paused: true, waitMs: 0 } : done(taskId),
    )
    engine.wake(task)
    await until(() => !world.active.has(task))
    expect(turns).toHaveLength(3)
  })

  test('works on as many tasks at once as it may', async () => {
    const finish = new AbortController()
    const tasks = Array.from({ length: 6 }, () =>
      world.addTask(async (taskId) => {
        await aborted(finish.signal)
        return done(taskId)
      }),
    )
    world.startEngine({ worker: { maxConcurrent: 2 } })
    await until(async () => world.running.length === 2 && (await countTickets('created')) === 4)
    finish.abort()
    await until(() => tasks.every((task) => !world.active.has(task)))
    expect(world.mostAtOnce()).toBe(2)
  })

  test('gives a small task its turn while a large one is far from its end', async () => {
    let turnsOfLarge = 0
    const large = world.addTask(async (_, { signal }) => {
      turnsOfLarge++
      await aborted(signal)
      return { paused: true, waitMs: 0 }
    })
    const engine = world.startEngine({ worker: { maxConcurrent: 1, turnMs: 50 } })
    await until(() => turnsOfLarge > 0)
    const small = [0, 1, 2].map(() => world.addTask(async (taskId) => done(taskId)))
    for (const task of small) engine.wake(task)
    await until(() => small.every((task) => !world.active.has(task)))
    await until(() => world.running.includes(large))
    // Each small one is taken before the large one's second turn: it went to the end of the queue.
    expect(turnsOfLarge).toBeLessThanOrEqual(3)
  })

  test('leaves a task alone for as long as nobody else wants the worker', async () => {
    const signals: AbortSignal[] = []
    world.addTask(async (_, { signal }) => {
      signals.push(signal)
      await aborted(signal)
      return { paused: true, waitMs: 0 }
    })
    let asked = 0
    world.startEngine({
      worker: { turnMs: 20, listActive: async () => [...world.active] },
      clock: {
        now: () => Date.now(),
        sleep: async (ms, signal) => {
          if (ms === 20) asked++
          await new Promise((resolve) => setTimeout(resolve, ms))
          signal?.throwIfAborted()
        },
      },
    })
    await until(() => asked > 5)
    expect(signals).toHaveLength(1)
    expect(signals[0]?.aborted).toBe(false)
  })

  test('does not wait any longer with a task that is waked', async () => {
    let turns = 0
    const task = world.addTask(async (taskId) =>
      ++turns === 1 ? { paused: true, waitMs: 3_600_000 } : done(taskId),
    )
    const engine = world.startEngine()
    await until(async () => turns === 1 && (await countTickets('created')) === 1)
    engine.wake(task)
    await until(() => !world.active.has(task))
  })

  test('tries a task again whose turn threw, and says so', async () => {
    let turns = 0
    const task = world.addTask(async (taskId) => {
      if (++turns === 1) throw new Error('a mistake')
      return done(taskId)
    })
    world.startEngine()
    await until(() => !world.active.has(task))
    expect(world.lines).toContainEqual(
      expect.objectContaining({ level: 'error', task_id: task, failures: 1 }),
    )
  })

  test('works on a task that was made active again while its last ticket was still taken', async () => {
    let turns = 0
    const task = world.addTask(async (taskId) => {
      turns++
      return done(taskId)
    })
    world.startEngine({
      worker: {
        async getTask(id) {
          if (turns === 1) world.active.add(id)
          return taskRecord(id, world.active.has(id))
        },
      },
    })
    await until(() => turns === 2 && !world.active.has(task))
  })
})

describe('several engines on one database', () => {
  test('one that only sends has its tasks worked on by another', async () => {
    const sender = world.startEngine({ worker: null })
    world.startEngine()
    await ready(sender)
    expect(world.active).toEqual(new Set())
  })

  test('share a task, with as many workers as it may have', async () => {
    const finish = new AbortController()
    const task = world.addTask(async (taskId, { onItem }) => {
      onItem(1)
      await aborted(finish.signal)
      return done(taskId)
    })
    const [engine] = [0, 1].map(() => world.startEngine({ maxWorkersPerTask: 3 }))
    await until(() => world.running.length === 3)
    // There are workers to spare.
    if (engine) await ready(engine)
    expect(world.running).toEqual([task, task, task])
    finish.abort()
    await until(() => world.running.length === 0)
  })

  test('give every task its first worker before any gets its second', async () => {
    const order: string[] = []
    const finish = new AbortController()
    const add = (name: string) =>
      world.addTask(async (taskId, { onItem }) => {
        order.push(name)
        onItem(1)
        await aborted(finish.signal)
        return done(taskId)
      })
    add('first')
    const engine = world.startEngine({ maxWorkersPerTask: 4, worker: { maxConcurrent: 1 } })
    await until(() => order.length === 1)
    await until(async () => (await countTickets('created')) === 3)
    engine.wake(add('second'))
    await until(async () => (await countTickets('created')) === 4)
    for (const taken of [2, 3]) {
      world.startEngine({ maxWorkersPerTask: 4, worker: { maxConcurrent: 1 } })
      await until(() => order.length === taken)
    }
    expect(order).toEqual(['first', 'second', 'first'])
    finish.abort()
  })

  test('keep the limit of the cluster, also when all of them take a ticket at the same instant', async () => {
    let finished = 0
    const tasks = Array.from({ length: 12 }, () =>
      world.addTask(async (taskId) => {
        finished++
        await until(() => world.running.length === 2 || finished > 11)
        return done(taskId)
      }),
    )
    for (let count = 0; count < 3; count++) world.startEngine({ worker: { clusterMaxWorkers: 2 } })
    await until(() => tasks.every((task) => !world.active.has(task)))
    expect(world.mostAtOnce()).toBe(2)
  })

  test('take over from a worker that was silent for too long, and it is told to stop', async () => {
    let turns = 0
    const told = Promise.withResolvers<void>()
    const task = world.addTask(async (taskId, { signal }) => {
      if (++turns > 1) return done(taskId)
      await aborted(signal)
      told.resolve()
      return { paused: true, waitMs: 0 }
    })
    // Its ticket looks as if it had been silent for a minute; it is alive, and renews it every 20 s.
    const frozen = world.startEngine({ leaseMs: 60_000 })
    await until(() => turns === 1)
    await sql`update ingestion_queue.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`
    world.startEngine({ worker: { pollIntervalMs: 100 } })
    await until(() => !world.active.has(task))
    await frozen.stop()
    await told.promise
  })

  test('hand on at once what they work on when they are stopped', async () => {
    const workers: AbortSignal[] = []
    const task = world.addTask(async (taskId, { signal }) => {
      workers.push(signal)
      if (workers.length > 1) return done(taskId)
      await aborted(signal)
      return { paused: true, waitMs: 0 }
    })
    const first = world.startEngine()
    await until(() => workers.length === 1)
    const second = world.startEngine()
    await ready(second)
    await first.stop()
    await until(() => !world.active.has(task))
    expect(workers).toHaveLength(2)
  })
})

describe('the end of a task', () => {
  test('is told once to whoever wanted to know, however many workers see it', async () => {
    const told: string[] = []
    const tasks = [0, 1].map(() =>
      world.addTask(async (taskId, { onItem }) => {
        onItem(1)
        await until(
          () => world.running.filter((id) => id === taskId).length === 2 || !world.active.has(taskId),
        )
        return done(taskId)
      }),
    )
    const deliverCallback = async (taskId: string) => {
      told.push(taskId)
      return null
    }
    world.startEngine({ maxWorkersPerTask: 2, worker: { deliverCallback } })
    await until(() => told.length === 2)
    await until(
      async () => (await countJobs('ticket', 'created')) + (await countJobs('ticket', 'active')) === 0,
    )
    expect(told.toSorted()).toEqual(tasks.toSorted())
    expect(await countJobs('callback', 'completed')).toBe(2)
  })

  test('is told again later when it did not arrive', async () => {
    world.addTask(async (taskId) => done(taskId))
    const deliverCallback = () => Promise.reject(new Error('nobody answers'))
    world.startEngine({ worker: { deliverCallback } })
    await until(() => world.lines.some(({ level, tries }) => level === 'warn' && tries === 1))
    await until(async () => (await countJobs('callback', 'retry')) === 1)
  })

  const time = expect.stringMatching(/^\d{4}-.*Z$/) as string
  const failed = new CallbackFailedError('example.org', 'it answered 503')
  test.each<[string, DeliverCallback, object]>([
    [
      'delivered',
      async () => ({ state: 'delivered', status: 204 }),
      { state: 'delivered', answer_status: 204, last_try_at: time },
    ],
    ['declined', async () => ({ state: 'declined', status: 410 }), { state: 'declined', answer_status: 410 }],
    [
      'refused',
      async () => ({ state: 'refused', reason: 'the host is not allowed' }),
      { state: 'refused', error: 'the host is not allowed' },
    ],
    [
      'retrying',
      () => Promise.reject(failed),
      { state: 'retrying', error: failed.message, answer_status: null, next_try_at: time },
    ],
    [
      'retrying',
      () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:5432')),
      { state: 'retrying', error: 'the try was cut short' },
    ],
  ])('is known afterwards to have been %s', async (state, deliverCallback, expected) => {
    const task = world.addTask(async (taskId) => done(taskId))
    const engine = world.startEngine({ worker: { deliverCallback } })
    const record = taskRecord(task, true)
    await ready(engine)
    expect(await engine.findCallback(record)).toMatchObject({ state: 'pending', tries: 0 })
    await until(async () => (await engine.findCallback(taskRecord(task, false))).state === state)
    expect(await engine.findCallback(taskRecord(task, false))).toMatchObject({
      url: record.callbackUrl,
      tries: 1,
      ...expected,
    })
    expect(await engine.findCallback({ ...record, callbackUrl: null })).toMatchObject({ state: 'none' })
    const longAgo = { status: 'failed', attempt: 7, finishedAt: '2020-01-01T00:00:00Z' } as const
    expect(await engine.findCallback({ ...record, ...longAgo })).toMatchObject({ state: 'forgotten' })
  })
})

test('leftovers are repaired by one of all processes', async () => {
  let repairs = 0
  const repair = async () => void repairs++
  const engines = [0, 1, 2].map(() => world.startEngine({ worker: { repair } }))
  for (const engine of engines) await ready(engine)
  await until(() => repairs > 0)
  await Promise.all(engines.map((engine) => engine.stop()))
  // Two, where a minute has just begun between one engine's start and another's.
  expect(repairs).toBeLessThanOrEqual(2)
})

describe('what goes wrong with the queue', () => {
  test.each(['job', 'queue'])('nothing is lost when its table %s is emptied', async (table) => {
    let turns = 0
    const finish = new AbortController()
    const task = world.addTask(async (taskId) => {
      if (++turns > 1) return done(taskId)
      await aborted(finish.signal)
      return { paused: true, waitMs: 0 }
    })
    world.startEngine({ worker: { pollIntervalMs: 50 } })
    await until(() => turns === 1)
    await sql.unsafe(`truncate ingestion_queue.${table} cascade`)
    finish.abort()
    await until(() => !world.active.has(task))
  })

  test('a database that goes away is waited for, and tasks go on when it is back', async () => {
    const proxy = await startTcpProxy(database.url)
    const engine = world.startEngine({
      databaseUrl: throughProxy(database.url, proxy),
      worker: { pollIntervalMs: 50 },
    })
    await ready(engine)
    proxy.cut()
    const task = world.addTask(async (taskId) => done(taskId))
    engine.wake(task)
    await until(() => world.lines.some(({ message }) => /could not be given tickets/.test(String(message))))
    expect(world.active.has(task)).toBe(true)
    proxy.restore()
    await until(() => !world.active.has(task))
    await engine.stop()
    await proxy.stop()
  })

  test('an engine that is started before its database begins when that is there', async () => {
    const proxy = await startTcpProxy(database.url)
    proxy.cut()
    const task = world.addTask(async (taskId) => done(taskId))
    const engine = world.startEngine({ databaseUrl: throughProxy(database.url, proxy) })
    await until(() => world.lines.some(({ message }) => /could not be started/.test(String(message))))
    proxy.restore()
    await until(() => !world.active.has(task))
    await engine.stop()
    await proxy.stop()
  })

  test('an engine whose database never came can be stopped', async () => {
    const proxy = await startTcpProxy(database.url)
    proxy.cut()
    const engine = world.startEngine({ databaseUrl: throughProxy(database.url, proxy) })
    await until(() => world.lines.length > 0)
    await engine.stop()
    await proxy.stop()
  })
})

const countTickets = (state: string) => countJobs('ticket', state)

async function countJobs(queue: string, state: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from ingestion_queue.job where name = ${queue} and state = ${state}`
  return row?.count ?? 0
}
