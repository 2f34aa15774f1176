import { beforeEach, describe, expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../../test/support/manual-clock.ts'
import { createMemoryTaskStore } from '../../test/support/memory-task-store.ts'
import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { image } from '../models/index.ts'
import type { Database } from '../rows/index.ts'
import type { SearchClient } from '../search/index.ts'
import { defaultSettings } from '../settings.ts'
import type { Action, ItemContext, StepContext, TaskContext } from './action.ts'
import { createReuse } from './reuse.ts'
import { runTask, type RunResult } from './run-task.ts'
import type { NewTask, NextStep, TaskRecord } from './task-store.ts'

const task: NewTask = {
  model: 'image',
  action: 'REINDEX',
  request: { model: 'image', action: 'REINDEX', index_suffix: 'a' },
  index: 'image-a',
  reserve: ['image-a'],
}
const away = () => new SearchUnavailableError('connect ECONNREFUSED')
const load = (...payloads: number[]): NextStep => ({
  kind: 'phase',
  phase: 'loading',
  items: payloads.map((payload) => ({ payload })),
})

/** Functions of the action under test; tests replace those that they need. */
let steps: {
  plan(context: StepContext): Promise<NextStep>
  work(context: ItemContext): Promise<void>
  cancel: Action['cancel']
}
let time: ManualClock
let store: ReturnType<typeof createMemoryTaskStore>
let context: TaskContext

beforeEach(() => {
  // A wait between steps ends immediately; a renewal of a lease, which has its own signal, never happens.
  time = createManualClock({ endsAtOnce: (_ms, signal) => !signal })
  steps = {
    plan: async () => load(1),
    work: async ({ save }) => save({ checkpoint: 1 }),
    cancel: async () => undefined,
  }
  store = createMemoryTaskStore(time.clock)
  const action: Action = {
    name: 'REINDEX',
    reserve: () => task,
    check: async () => undefined,
    forecast: () => Promise.reject(new Error('no plan is asked for')),
    phases: {
      planning: { next: (step) => steps.plan(step) },
      loading: {
        async work(item) {
          await steps.work(item)
          return { kind: 'done', result: null }
        },
        next: async () => ({ kind: 'finished', result: { documents: 1 } }),
      },
    },
    cleanUp: async () => undefined,
    cancel: (step) => steps.cancel(step),
  }
  context = {
    store,
    // Not used by this action.
    db: {} as Database,
    search: {} as SearchClient,
    models: [image],
    actions: [action],
    settings: { ...defaultSettings, leaseMs: 10_000, outageTimeoutMs: 60_000 },
    reuse: createReuse(),
    clock: time.clock,
    worker: 'worker-1',
  }
})

const submit = async () => (await store.create(task)).id
const endOf = (run: RunResult): TaskRecord => {
  if (run.paused) throw new Error('the task was paused')
  return run.task
}

describe('a run of a task', () => {
  test('works through its phases to its end', async () => {
    expect(endOf(await runTask(context, await submit()))).toMatchObject({
      status: 'succeeded',
      result: { documents: 1 },
    })
  })

  test('that need not wait for others says when it is worth trying again', async () => {
    const id = await submit()
    await store.claim(id, 'worker-2', 3_000)
    expect(await runTask(context, id, { waitForOthers: false })).toEqual({ paused: true, waitMs: 3_000 })
    expect(time.slept).toEqual([])
  })

  test('that waits for others looks again five times a second', async () => {
    const id = await submit()
    await store.claim(id, 'worker-2', 500)
    expect(endOf(await runTask(context, id))).toMatchObject({ status: 'succeeded' })
    expect(time.slept).toEqual([200, 200, 100])
  })

  test('ends at its deadline with more to do at once', async () => {
    steps.work = async ({ save }) => {
      await time.pass(1_000)
      await save({ checkpoint: 1 })
    }
    steps.plan = async () => load(1, 2, 3)
    const id = await submit()
    expect(await runTask(context, id, { deadline: time.clock.now() + 1_500 })).toEqual({
      paused: true,
      waitMs: 0,
    })
    expect((await store.items(id, { pageSize: 5 })).items.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'open',
    ])
  })
})

describe('a service that is away', () => {
  test('makes a run that need not wait return, and the task say why', async () => {
    steps.work = () => Promise.reject(away())
    const id = await submit()
    const run = await runTask(context, id, { waitForOthers: false })
    expect(run).toMatchObject({ paused: true })
    expect(run.paused && run.waitMs).toBeGreaterThan(0)
    expect(await store.get(id)).toMatchObject({
      status: 'running',
      waiting: { for: 'opensearch', reason: 'connect ECONNREFUSED' },
    })
  })

  test('fails the task when it has been away for too long over any number of short runs', async () => {
    steps.work = () => Promise.reject(away())
    const id = await submit()
    const begin = time.clock.now()
    let run: RunResult
    const waits: number[] = []
    do {
      run = await runTask(context, id, { waitForOthers: false })
      if (run.paused) {
        await time.pass(run.waitMs, run.waitMs)
        waits.push(run.waitMs)
      }
    } while (run.paused)
    expect(run.task).toMatchObject({ status: 'failed', error: { code: 'search_unavailable' } })
    expect(time.clock.now() - begin).toBeGreaterThanOrEqual(60_000)
    // Increasing delays, up to 15 s.
    expect(Math.max(...waits)).toBeGreaterThan(1_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_000)
  })

  test('that came back in between is a new outage the next time', async () => {
    const id = await submit()
    steps.work = async ({ save }) => {
      await save({ checkpoint: 1 })
      throw away()
    }
    for (let round = 0; round < 50; round++) {
      const run = await runTask(context, id, { waitForOthers: false })
      expect(run.paused).toBe(true)
      await time.pass(5_000)
    }
    expect(await store.get(id)).toMatchObject({ status: 'running' })
  })
})

describe('a task that is cancelled', () => {
  test('while an item is worked on lets that worker save nothing more, and is cleaned up once', async () => {
    let cleanups = 0
    steps.cancel = async ({ task: { phase } }) => {
      expect(phase).toBe('cancelling')
      cleanups++
    }
    const id = await submit()
    steps.work = async ({ save }) => {
      await save({ checkpoint: 1 })
      await store.cancel(id)
      await save({ checkpoint: 2 })
    }
    expect(endOf(await runTask(context, id))).toMatchObject({ status: 'cancelled', error: null })
    expect(cleanups).toBe(1)
    expect((await store.items(id, { pageSize: 5 })).items).toMatchObject([{ state: 'claimed' }])
  })

  test('while it is planned is cleaned up after the plan has come back, not before', async () => {
    const order: string[] = []
    const id = await submit()
    steps.plan = async () => {
      await store.cancel(id)
      expect(await runTask(context, id, { waitForOthers: false })).toMatchObject({ paused: true })
      order.push('created the index')
      return load(1)
    }
    steps.cancel = async () => void order.push('cleaned up')
    expect(endOf(await runTask(context, id))).toMatchObject({ status: 'cancelled' })
    expect(order).toEqual(['created the index', 'cleaned up'])
    // The lease of the planner was released; no worker waited for it to expire.
    expect(time.slept).toEqual([])
  })

  test('at the moment at which it fails is cancelled, not failed', async () => {
    const id = await submit()
    steps.work = async () => {
      await store.cancel(id)
      throw new Error('it did not work')
    }
    expect(endOf(await runTask(context, id))).toMatchObject({ status: 'cancelled', error: null })
  })

  test('waits for a service as long as it takes, because what was built must not stay', async () => {
    const id = await submit()
    steps.work = async () => void (await store.cancel(id))
    let tries = 0
    steps.cancel = async () => {
      if (++tries <= 40) throw away()
    }
    const begin = time.clock.now()
    expect(endOf(await runTask(context, id))).toMatchObject({ status: 'cancelled' })
    expect(tries).toBe(41)
    expect(time.clock.now() - begin).toBeGreaterThan(60_000)
  })

  test('whose cleanup is refused fails with the reason, and its retry starts over', async () => {
    const id = await submit()
    steps.work = async () => void (await store.cancel(id))
    steps.cancel = () => Promise.reject(new SearchRefusedError('no permission to delete'))
    expect(endOf(await runTask(context, id))).toMatchObject({
      status: 'failed',
      error: { detail: 'no permission to delete' },
    })
    expect(await store.retry(id)).toMatchObject({ status: 'queued', phase: 'planning', state: {} })
  })

  test('after its work was done ends as what it came to', async () => {
    const id = await submit()
    steps.work = async () => void (await store.cancel(id))
    steps.cancel = async () => ({ kind: 'finished', result: { alias: 'image' } })
    expect(endOf(await runTask(context, id))).toMatchObject({
      status: 'succeeded',
      result: { alias: 'image' },
    })
  })
})

test('an item may use its share of the limits, as they are at its last checkpoint', async () => {
  const id = await submit()
  steps.plan = async () => load(1, 2)
  const seen: unknown[] = []
  steps.work = async ({ item, limits, save }) => {
    if (item.ordinal === 1) return
    seen.push(limits())
    await store.claim(id, 'worker-2', 10_000)
    await store.setLimits(id, { documentsPerSecond: 100, inFlight: 3 })
    await save({ checkpoint: 1 })
    seen.push(limits())
    await store.setLimits(id, { documentsPerSecond: null, inFlight: 1 })
    await save({ checkpoint: 2 })
    seen.push(limits())
  }
  await runTask(context, id, { waitForOthers: false })
  expect(seen).toEqual([
    { documentsPerSecond: null, inFlight: null },
    { documentsPerSecond: 50, inFlight: 1 },
    { documentsPerSecond: null, inFlight: 1 },
  ])
})
