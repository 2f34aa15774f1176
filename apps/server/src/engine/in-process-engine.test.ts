import { afterEach, expect, test, vi } from 'vitest'
import type { Logger } from '../log.ts'
import { createInProcessEngine, type EngineOptions, type Timers } from './in-process-engine.ts'

/** Time that passes when the test says so. */
function createFakeTimers() {
  let now = 0
  const pending = new Map<object, { at: number; callback: () => void }>()
  const timers: Timers = {
    after(ms, callback) {
      const key = {}
      pending.set(key, { at: now + ms, callback })
      return () => pending.delete(key)
    },
  }
  return {
    timers,
    pending,
    async pass(ms: number) {
      now += ms
      for (const [key, { at, callback }] of [...pending]) {
        if (at > now || !pending.delete(key)) continue
        callback()
      }
      await settle()
    },
  }
}

/** Lets every promise that can resolve do so: a macrotask comes after all microtasks. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

const log: Logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn(), child: () => log }

interface Run {
  taskId: string
  signal: AbortSignal
  end(): void
  fail(error: Error): void
}

function createHarness(overrides: Partial<EngineOptions> = {}) {
  const clock = createFakeTimers()
  const runs: Run[] = []
  const active: string[] = []
  const listActive = vi.fn(async () => [...active])
  const engine = createInProcessEngine({
    runTask: (taskId, { signal }) =>
      new Promise<void>((end, fail) => runs.push({ taskId, signal, end, fail })),
    listActive,
    log,
    maxConcurrentTasks: 2,
    pollIntervalMs: 5_000,
    timers: clock.timers,
    ...overrides,
  })
  return { ...clock, engine, runs, active, listActive, started: () => runs.map(({ taskId }) => taskId) }
}

afterEach(() => vi.clearAllMocks())

test('a task that is woken runs at once, and the wake returns before it ends', () => {
  const { engine, started } = createHarness()
  engine.wake('a')
  expect(started()).toEqual(['a'])
})

test('no more tasks run at once than allowed; the others follow in the order they came', async () => {
  const { engine, runs, started } = createHarness()
  for (const id of ['a', 'b', 'c', 'd']) engine.wake(id)
  expect(started()).toEqual(['a', 'b'])
  runs[1]?.end()
  await settle()
  expect(started()).toEqual(['a', 'b', 'c'])
  runs[0]?.end()
  await settle()
  expect(started()).toEqual(['a', 'b', 'c', 'd'])
})

test('at its start it picks up every active task, and later what another process left behind', async () => {
  const { engine, active, runs, started, pass } = createHarness()
  active.push('a')
  engine.start()
  await settle()
  expect(started()).toEqual(['a'])
  runs[0]?.end()
  active.splice(0, 1, 'b')
  await settle()
  await pass(5_000)
  expect(started()).toEqual(['a', 'b'])
})

test('a task that is listed while it runs or is queued does not run twice', async () => {
  const { engine, active, started, pass } = createHarness({ maxConcurrentTasks: 1 })
  active.push('a', 'b')
  engine.start()
  await pass(5_000)
  await pass(5_000)
  expect(started()).toEqual(['a'])
})

test('a task that is woken while it runs is run once more, for it may have ended before that', async () => {
  const { engine, runs, started } = createHarness()
  engine.wake('a')
  engine.wake('a')
  expect(started()).toEqual(['a'])
  runs[0]?.end()
  await settle()
  expect(started()).toEqual(['a', 'a'])
  runs[1]?.end()
  await settle()
  expect(started()).toEqual(['a', 'a'])
})

test('a run that throws is logged and tried again, each time later, also when it throws before it awaits', async () => {
  let calls = 0
  const { engine, pass, active } = createHarness({
    runTask: () => {
      calls++
      throw new Error('database away')
    },
  })
  active.push('a')
  engine.start()
  await settle()
  expect(calls).toBe(1)
  expect(log.error).toHaveBeenCalledWith(expect.any(String), expect.objectContaining({ task_id: 'a' }))
  await pass(999)
  expect(calls).toBe(1)
  await pass(1)
  expect(calls).toBe(2)
  await pass(1_000)
  expect(calls).toBe(2)
  await pass(1_000)
  expect(calls).toBe(3)
})

test('a wake ends the rest of a task whose run threw', async () => {
  const { engine, runs, started, pass } = createHarness()
  engine.wake('a')
  runs[0]?.fail(new Error('database away'))
  await settle()
  engine.wake('a')
  expect(started()).toEqual(['a', 'a'])
  runs[1]?.end()
  await settle()
  await pass(60_000)
  expect(started()).toEqual(['a', 'a'])
})

test('a list that fails is said once and asked for again', async () => {
  const { engine, listActive, started, active, pass } = createHarness()
  active.push('a')
  listActive.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'))
  engine.start()
  await settle()
  await pass(5_000)
  expect(log.warn).toHaveBeenCalledTimes(1)
  expect(started()).toEqual([])
  await pass(5_000)
  expect(started()).toEqual(['a'])
})

test('stop tells the running tasks, waits for them, and takes nothing new', async () => {
  const { engine, runs, started, pending } = createHarness({ maxConcurrentTasks: 1 })
  engine.start()
  await settle()
  engine.wake('a')
  engine.wake('b')
  let stopped = false
  const stop = engine.stop().then(() => (stopped = true))
  await settle()
  expect(runs[0]?.signal.aborted).toBe(true)
  expect(stopped).toBe(false)
  runs[0]?.end()
  await stop
  engine.wake('c')
  await settle()
  expect(started()).toEqual(['a'])
  expect(pending.size).toBe(0)
})

test('stop gives up on a task that does not stop in 10 s', async () => {
  const { engine, pass } = createHarness()
  engine.wake('a')
  const stop = engine.stop()
  await pass(10_000)
  await stop
  expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('did not stop'), { tasks: 1 })
  await engine.stop()
})

test('stop during a poll leaves no timer behind', async () => {
  const { engine, pending } = createHarness()
  engine.start()
  await engine.stop()
  await settle()
  expect(pending.size).toBe(0)
})

test('a run that throws while stopping leaves no timer behind', async () => {
  const { engine, runs, pending } = createHarness()
  engine.wake('a')
  const stop = engine.stop()
  runs[0]?.fail(new Error('aborted'))
  await stop
  expect(pending.size).toBe(0)
})
