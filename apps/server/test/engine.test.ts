import { randomUUID } from 'node:crypto'
import { TestClock, type PgBoss } from 'pg-boss'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startTcpProxy, throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { enqueue } from '../src/engine/job-queue.ts'
import { announceEnd } from '../src/engine/webhooks.ts'
import type { WorkerOptions } from '../src/engine/worker-context.ts'
import { webhookQueue, maintenanceQueue, taskQueue } from '../src/engine/queues.ts'
import { WebhookFailedError } from '../src/webhooks/webhook-errors.ts'
import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { aborted, createEngineCluster, done, taskRecord } from './support/engine-cluster.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let database: TestDatabase
let cluster: ReturnType<typeof createEngineCluster>

beforeEach(async () => {
  database = await createTestDatabase(postgresUrl())
  cluster = createEngineCluster(database.url)
})
afterEach(async () => {
  await cluster.close()
  await database.drop()
})

/** Resolves when an engine fetches jobs: earlier notifications are found by its reconcile loop only. */
async function ready(engine: { notify(taskId: string): void }) {
  let ran = false
  const task = cluster.addTask(async (taskId) => {
    ran = true
    return done(taskId)
  })
  await until('the engine to fetch jobs', () => {
    engine.notify(task)
    return ran
  })
  await untilEnded(task)
}

const untilEnded = (...tasks: string[]) =>
  until(
    () => `the end of ${tasks.filter((task) => cluster.active.has(task)).length} tasks`,
    () => tasks.every((task) => !cluster.active.has(task)),
  )

const untilWaiting = (jobs: number) =>
  until(`${jobs} waiting jobs`, async () => (await countJobs(taskQueue, 'created')) === jobs)

const untilLogged = (what: string, isWanted: (line: Record<string, unknown>) => boolean) =>
  until(
    () => `${what} in the log: ${JSON.stringify(cluster.lines)}`,
    () => cluster.lines.some(isWanted),
  )

describe('one engine', () => {
  test('completes a task that it is notified of', async () => {
    const engine = cluster.startEngine()
    await ready(engine)
    const slices: string[] = []
    const task = cluster.addTask(async (taskId) =>
      slices.push('slice') < 3 ? { paused: true, waitMs: 0 } : done(taskId),
    )
    engine.notify(task)
    await untilEnded(task)
    expect(slices).toHaveLength(3)
  })

  test('works on as many tasks at once as it has worker slots', async () => {
    const finish = new AbortController()
    const tasks = Array.from({ length: 6 }, () =>
      cluster.addTask(async (taskId) => {
        await aborted(finish.signal)
        return done(taskId)
      }),
    )
    cluster.startEngine({ worker: { maxConcurrent: 2 } })
    const isFull = async () => cluster.running.length === 2 && (await countJobs(taskQueue, 'created')) === 4
    await until('two tasks to run and four to wait', isFull)
    finish.abort()
    await untilEnded(...tasks)
    expect(cluster.mostAtOnce()).toBe(2)
  })

  test.each([
    ['that of the database', 0],
    ['an hour slow', -3_600_000],
    ['an hour fast', 3_600_000],
  ])(
    'gives a small task its time slice while a large one runs, with a clock that is %s',
    async (_, offMs) => {
      const { now } = Date
      vi.spyOn(Date, 'now').mockImplementation(() => now() + offMs)
      onTestFinished(() => void vi.restoreAllMocks())
      let slicesOfLarge = 0
      const large = cluster.addTask(async (_, { signal }) => {
        slicesOfLarge++
        await aborted(signal)
        return { paused: true, waitMs: 0 }
      })
      const engine = cluster.startEngine({ worker: { maxConcurrent: 1, sliceMs: 500 } })
      await until('the large task to start', () => slicesOfLarge > 0)
      // All of them within one slice.
      const small = [0, 1, 2].map(() => cluster.addTask(async (taskId) => done(taskId)))
      for (const task of small) engine.notify(task)
      await untilEnded(...small)
      await until('the large task to run again', () => cluster.running.includes(large))
      // Each small task runs before the second slice of the large one, which went to the end of the queue.
      expect(slicesOfLarge).toBeLessThanOrEqual(3)
    },
  )

  test('keeps a worker on its task while no other task waits', async () => {
    const { clock, pass, sleeping } = createManualClock()
    const sliceMs = 1_000
    const signals: AbortSignal[] = []
    cluster.addTask(async (_, { signal }) => {
      signals.push(signal)
      await aborted(signal)
      return { paused: true, waitMs: 0 }
    })
    const engine = cluster.startEngine({ worker: { maxConcurrent: 1, sliceMs }, clock })
    // Sleeps of the reconcile loop and of the slice, which has checked for waiting tasks and continues.
    const goesOn = () => until('the slice to go on', () => signals.length === 1 && sleeping() === 2)
    for (let slice = 0; slice < 6; slice++) {
      await goesOn()
      await pass(sliceMs)
    }
    await goesOn()
    expect(signals[0]?.aborted).toBe(false)
    const other = cluster.addTask(async (taskId) => done(taskId))
    engine.notify(other)
    await untilWaiting(1)
    await pass(sliceMs)
    await untilEnded(other)
  })

  test('starts a task immediately when it is notified, whatever delay its job had', async () => {
    let slices = 0
    const task = cluster.addTask(async (taskId) =>
      ++slices === 1 ? { paused: true, waitMs: 3_600_000 } : done(taskId),
    )
    const engine = cluster.startEngine()
    await until('the first slice', () => slices === 1)
    await untilWaiting(1)
    engine.notify(task)
    await untilEnded(task)
  })

  test('retries a task whose time slice threw, with growing delays up to a minute, and logs it', async () => {
    const delays = [1, 2, 4, 8, 16, 32, 60, 60]
    let thrownAt = 0
    let slices = 0
    const task = cluster.addTask(async (taskId) => {
      if (slices++ === delays.length) return done(taskId)
      thrownAt = Date.now()
      throw new Error('a mistake')
    })
    const engine = cluster.startEngine()
    const queues = await startedQueues()
    for (const [place, seconds] of delays.entries()) {
      const failed = async () => {
        const [job] = await queues.findJobs(taskQueue, { key: `${task}/0` })
        return job?.state === 'retry' && job.retryCount === place ? job.startAfter.getTime() : null
      }
      const startAfter = await until(`retry ${place} of the task`, failed)
      // Up to twice as long, so that jobs that failed together are not retried together.
      expect(startAfter).toBeGreaterThanOrEqual(thrownAt + Math.min(30, seconds) * 1_000)
      expect(startAfter).toBeLessThanOrEqual(Date.now() + Math.min(60, seconds * 2) * 1_000)
      expect(cluster.lines).toContainEqual(
        expect.objectContaining({ level: 'error', task_id: task, failures: place + 1 }),
      )
      engine.notify(task)
    }
    await untilEnded(task)
  })

  test('works on a task that became active again while its last job was still active', async () => {
    let slices = 0
    const task = cluster.addTask(async (taskId) => {
      slices++
      return done(taskId)
    })
    cluster.startEngine({
      worker: {
        async getTask(id) {
          if (slices === 1) cluster.active.add(id)
          return taskRecord(id, cluster.active.has(id))
        },
      },
    })
    await until('the second slice', () => slices === 2)
    await untilEnded(task)
  })
})

describe('several engines on one database', () => {
  test('share tasks: an engine without workers has its tasks run by another', async () => {
    const sender = cluster.startEngine({ worker: null })
    cluster.startEngine()
    await ready(sender)
    expect(cluster.active).toEqual(new Set())
  })

  test('share a task, with as many workers as it may have', async () => {
    const finish = new AbortController()
    const task = cluster.addTask(async (taskId, { onItem }) => {
      onItem(1)
      await aborted(finish.signal)
      return done(taskId)
    })
    const [engine] = [0, 1].map(() => cluster.startEngine({ maxWorkersPerTask: 3 }))
    await until('three workers', () => cluster.running.length === 3)
    // There are more workers than needed.
    if (engine) await ready(engine)
    expect(cluster.running).toEqual([task, task, task])
    finish.abort()
    await until('no worker', () => cluster.running.length === 0)
  })

  test('give every task its first worker before any task gets its second', async () => {
    const order: string[] = []
    const finish = new AbortController()
    const add = (name: string) =>
      cluster.addTask(async (taskId, { onItem }) => {
        order.push(name)
        onItem(1)
        await aborted(finish.signal)
        return done(taskId)
      })
    add('first')
    const engine = cluster.startEngine({ maxWorkersPerTask: 4, worker: { maxConcurrent: 1 } })
    await until('the first worker', () => order.length === 1)
    await untilWaiting(3)
    engine.notify(add('second'))
    await untilWaiting(4)
    for (const taken of [2, 3]) {
      cluster.startEngine({ maxWorkersPerTask: 4, worker: { maxConcurrent: 1 } })
      await until(`worker ${taken}`, () => order.length === taken)
    }
    expect(order).toEqual(['first', 'second', 'first'])
    finish.abort()
  })

  test('keep the limit of the cluster, also when all of them fetch a job at the same moment', async () => {
    let finished = 0
    const tasks = Array.from({ length: 12 }, () =>
      cluster.addTask(async (taskId) => {
        finished++
        await until('a second task to run', () => cluster.running.length === 2 || finished > 11)
        return done(taskId)
      }),
    )
    for (let count = 0; count < 3; count++) cluster.startEngine({ worker: { clusterMaxWorkers: 2 } })
    await untilEnded(...tasks)
    expect(cluster.mostAtOnce()).toBe(2)
  })

  test('return a job that was fetched beyond the limit of the cluster, until there is room', async () => {
    await cluster.startEngine({ worker: null }).check()
    const queues = await cluster.openQueues()
    // Without the group that pg-boss counts, so that pg-boss does not hold the next job back.
    await queues.send(taskQueue, { taskId: randomUUID(), slot: 0 }, { singletonKey: 'other' })
    const [active] = await queues.fetch(taskQueue)
    let slices = 0
    const task = cluster.addTask(async (taskId) => {
      slices++
      return done(taskId)
    })
    cluster.startEngine({ worker: { clusterMaxWorkers: 1 } })
    const givenBack = new Set<string>()
    await until('the job to be returned three times', async () => {
      const [job] = await queues.findJobs(taskQueue, { key: `${task}/0` })
      if (job) givenBack.add(job.id)
      return givenBack.size === 3 || slices > 0
    })
    expect(slices).toBe(0)
    if (active) await queues.deleteJob(taskQueue, active)
    await untilEnded(task)
  })

  test('take over from a worker whose lease expired, and that worker stops when it notices', async () => {
    const proxy = await startProxy()
    let slices = 0
    const stopped = Promise.withResolvers<void>()
    const task = cluster.addTask(async (taskId, { signal }) => {
      if (++slices > 1) return done(taskId)
      await aborted(signal)
      stopped.resolve()
      return { paused: true, waitMs: 0 }
    })
    const options = { leaseMs: 1_000, worker: { pollIntervalMs: 100 } }
    cluster.startEngine({ ...options, databaseUrl: throughProxy(database.url, proxy) })
    await until('the first slice', () => slices === 1)
    proxy.cut()
    cluster.startEngine(options)
    await untilEnded(task)
    proxy.restore()
    await stopped.promise
  })

  test('take over from a worker without a heartbeat, also where leases are long', async () => {
    const leaseMs = 10_000
    await cluster.startEngine({ worker: null, leaseMs }).check()
    const queues = await cluster.openQueues()
    const task = cluster.addTask(async (taskId) => done(taskId))
    await enqueue(queues, [{ taskId: task, slot: 0 }])
    // Fetched, and never worked on.
    await queues.fetch(taskQueue)
    const queueClock = new TestClock()
    cluster.startEngine({ leaseMs, queueClock })
    await until('the end of the task', async () => {
      await queueClock.tick(5_000)
      return !cluster.active.has(task)
    })
  })

  test('release their work immediately when they are stopped', async () => {
    const workers: AbortSignal[] = []
    const task = cluster.addTask(async (taskId, { signal }) => {
      workers.push(signal)
      if (workers.length > 1) return done(taskId)
      await aborted(signal)
      return { paused: true, waitMs: 0 }
    })
    const first = cluster.startEngine()
    await until('the first worker', () => workers.length === 1)
    const second = cluster.startEngine()
    await ready(second)
    await first.stop()
    await untilEnded(task)
    expect(workers).toHaveLength(2)
  })
})

describe('the end of a task', () => {
  test('is sent once to its webhook, however many workers see it', async () => {
    const sent: string[] = []
    const tasks = [0, 1].map(() =>
      cluster.addTask(async (taskId, { onItem }) => {
        onItem(1)
        const hasTwo = () => cluster.running.filter((id) => id === taskId).length === 2
        await until('a second worker', () => hasTwo() || !cluster.active.has(taskId))
        return done(taskId)
      }),
    )
    const deliverWebhook = async (taskId: string) => {
      sent.push(taskId)
      return null
    }
    cluster.startEngine({ maxWorkersPerTask: 2, worker: { deliverWebhook } })
    await until('two webhooks', () => sent.length === 2)
    const jobs = async () => (await startedQueues()).findJobs(taskQueue)
    await until('no job of a task', async () => (await jobs()).length === 0)
    expect(sent.toSorted()).toEqual(tasks.toSorted())
    await until('two completed webhooks', async () => (await countJobs(webhookQueue, 'completed')) === 2)
  })

  test('is sent again later if it did not arrive', async () => {
    cluster.addTask(async (taskId) => done(taskId))
    const deliverWebhook = () => Promise.reject(new Error('the receiver is away'))
    cluster.startEngine({ worker: { deliverWebhook } })
    await untilLogged('a failed webhook', ({ level, tries }) => level === 'warn' && tries === 1)
    await until('a webhook to retry', async () => (await countJobs(webhookQueue, 'retry')) === 1)
  })

  test('is sent immediately after the previous one to the same host, not at the next poll', async () => {
    await cluster.startEngine({ worker: null }).check()
    const queues = await cluster.openQueues()
    const ended = [0, 1, 2].map(() => taskRecord(randomUUID(), false))
    for (const record of ended) await announceEnd(queues, record)
    const sent: string[] = []
    const deliverWebhook = async (taskId: string) => {
      // Other workers have fetched the jobs for the same host, and returned them.
      await until('one active webhook', async () => (await countJobs(webhookQueue, 'active')) === 1)
      sent.push(taskId)
      return null
    }
    // The clock stands still, so nothing polls.
    cluster.startEngine({ worker: { deliverWebhook }, queueClock: new TestClock() })
    await until('all webhooks', () => sent.length === ended.length)
    expect(sent.toSorted()).toEqual(ended.map(({ id }) => id).toSorted())
  })

  const time = expect.stringMatching(/^\d{4}-.*Z$/) as string
  const failed = new WebhookFailedError('example.org', 'it responded with 503')
  test.each<[string, WorkerOptions['deliverWebhook'], object]>([
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
      { state: 'retrying', error: 'the attempt was interrupted' },
    ],
  ])('is shown afterwards as %s', async (state, deliverWebhook, expected) => {
    const task = cluster.addTask(async (taskId) => done(taskId))
    const engine = cluster.startEngine({ worker: { deliverWebhook } })
    const record = taskRecord(task, true)
    await ready(engine)
    expect(await engine.findWebhook(record)).toMatchObject({ state: 'pending', tries: 0 })
    const found = async () => (await engine.findWebhook(taskRecord(task, false))).state
    await until(`a webhook that is ${state}`, async () => (await found()) === state)
    expect(await engine.findWebhook(taskRecord(task, false))).toMatchObject({
      url: record.callbackUrl,
      tries: 1,
      ...expected,
    })
    expect(await engine.findWebhook({ ...record, callbackUrl: null })).toMatchObject({ state: 'none' })
    const longAgo = { status: 'failed', attempt: 7, finishedAt: '2020-01-01T00:00:00Z' } as const
    expect(await engine.findWebhook({ ...record, ...longAgo })).toMatchObject({ state: 'forgotten' })
  })
})

test('maintenance runs in one of all processes', async () => {
  let repairs = 0
  const maintenance = [() => Promise.reject(new Error('a service is away')), async () => void repairs++]
  const engines = [0, 1, 2].map(() => cluster.startEngine({ worker: { maintenance } }))
  for (const engine of engines) await ready(engine)
  await until('maintenance', () => repairs > 0)
  await Promise.all(engines.map((engine) => engine.stop()))
  // Two, if a minute has just begun between the starts of the engines.
  expect(repairs).toBeLessThanOrEqual(2)
  expect(cluster.lines).toContainEqual(
    expect.objectContaining({ message: 'maintenance failed; retrying in a minute' }),
  )
})

describe('an outage of the job queue', () => {
  const queueNames = [taskQueue, webhookQueue, maintenanceQueue]
  const destroy = {
    // One queue after the other: pg-boss truncates all of them, which can deadlock with the engine's inserts.
    'all jobs are deleted': async (queues: PgBoss) => {
      for (const name of queueNames) await queues.deleteAllJobs(name)
    },
    'its queues are deleted': async (queues: PgBoss) => {
      for (const name of queueNames) await queues.deleteQueue(name)
    },
  }
  test.each(Object.entries(destroy))('loses no task when %s', async (_, run) => {
    let slices = 0
    const finish = new AbortController()
    const task = cluster.addTask(async (taskId) => {
      if (++slices > 1) return done(taskId)
      await aborted(finish.signal)
      return { paused: true, waitMs: 0 }
    })
    cluster.startEngine({ worker: { pollIntervalMs: 50 } })
    await until('the first slice', () => slices === 1)
    await run(await startedQueues())
    finish.abort()
    await untilEnded(task)
  })

  test('during the work delays tasks, which continue afterwards', async () => {
    const proxy = await startProxy()
    const engine = cluster.startEngine({
      databaseUrl: throughProxy(database.url, proxy),
      worker: { pollIntervalMs: 50 },
    })
    await ready(engine)
    proxy.cut()
    const task = cluster.addTask(async (taskId) => done(taskId))
    engine.notify(task)
    await untilLogged('a failed reconciliation', ({ message }) => /reconciling jobs/.test(String(message)))
    expect(cluster.active.has(task)).toBe(true)
    proxy.restore()
    await untilEnded(task)
  })

  test('at startup delays the engine, which starts when its database becomes available', async () => {
    const proxy = await startProxy()
    proxy.cut()
    const task = cluster.addTask(async (taskId) => done(taskId))
    cluster.startEngine({ databaseUrl: throughProxy(database.url, proxy) })
    await untilLogged('a failed start', ({ message }) => /could not be started/.test(String(message)))
    proxy.restore()
    await untilEnded(task)
  })

  test('that never ends does not keep the engine from stopping', async () => {
    const proxy = await startProxy()
    proxy.cut()
    const engine = cluster.startEngine({ databaseUrl: throughProxy(database.url, proxy) })
    await untilLogged('a failed start', () => true)
    await engine.stop()
  })
})

/** A proxy to the database, until the test has ended and its engines have stopped. */
async function startProxy() {
  const proxy = await startTcpProxy(database.url)
  onTestFinished(() => proxy.stop())
  return proxy
}

/** The queues, once an engine has created them. */
async function startedQueues(): Promise<PgBoss> {
  await Promise.all(cluster.engines.map((engine) => engine.check()))
  return cluster.openQueues()
}

async function countJobs(queue: string, state: string): Promise<number> {
  const jobs = await (await startedQueues()).findJobs(queue)
  return jobs.filter((job) => job.state === state).length
}
