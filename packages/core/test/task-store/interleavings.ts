import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Counts } from '../../src/contract/index.ts'
import { LeaseLostError } from '../../src/errors.ts'
import { addCounts, noCounts } from '../../src/tasks/counts.ts'
import type { Json, Lease, TaskStore } from '../../src/tasks/task-store.ts'
import {
  claim,
  countsOf,
  failedRow,
  getTask,
  loadOf,
  longLeaseMs,
  someError,
  startLoad,
  type MakeStore,
} from './sample-task.ts'

const pages = fc
  .record({ indexed: fc.nat(50), failed: fc.nat(3), deleted: fc.nat(3), removed: fc.nat(3) })
  .map(({ indexed, ...rest }) => countsOf(indexed + rest.failed + rest.deleted + rest.removed, rest))

/** One call of a worker. `lease` picks one of all leases ever issued, so most of them are lost. */
const calls = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), expires: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('save' as const), lease: fc.nat(), counts: pages }) },
  fc.record({ kind: fc.constant('renew' as const), lease: fc.nat(), expires: fc.boolean() }),
  fc.record({ kind: fc.constant('release' as const), lease: fc.nat() }),
  fc.record({ kind: fc.constant('complete' as const), lease: fc.nat() }),
)
type Call = typeof calls extends fc.Arbitrary<infer Value> ? Value : never

/** A minimal model of an item. A lease without a duration expires immediately. */
interface ExpectedItem {
  holder: Lease | null
  expired: boolean
  done: boolean
  checkpoint: Json
  result: Json
}

export function describeInterleavings(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('any order of calls of several workers', () => {
    it('assigns free items only, lets only holders write, and adds up what they wrote', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 4 }),
          fc.array(calls, { maxLength: 40 }),
          async (size, sequence) => {
            const expected = await runSequence(store, size, sequence)
            expect(await getTask(store, expected.taskId)).toMatchObject({ counts: expected.counts })
          },
        ),
        { numRuns: 40 },
      )
    })
  })

  describe('workers at the same time', () => {
    it('never get the same item', async () => {
      const size = 60
      const { id } = await startLoad(
        store,
        Array.from({ length: size }, (_, n) => n),
      )
      const got = await together(12, async (worker) => {
        const ordinals: number[] = []
        for (;;) {
          const claimed = await store.claim(id, worker, longLeaseMs)
          if (claimed.kind !== 'item') return ordinals
          ordinals.push(claimed.item.ordinal)
        }
      })
      expect(got.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, n) => n))
    })

    it('add up exactly what was saved, while leases expire', async () => {
      const { id } = await startLoad(
        store,
        Array.from({ length: 15 }, (_, n) => n),
      )
      const saved = await together(8, async (worker, number) => {
        let sum = noCounts
        for (let round = 0; round < 20; round++) {
          // Every other lease expires immediately, so another worker takes the item over.
          const claimed = await store.claim(id, worker, round % 2 ? 0 : longLeaseMs)
          if (claimed.kind !== 'item') continue
          const page = countsOf(10, { failed: 1, deleted: number % 3 })
          for (let step = 0; step < 3; step++) {
            const failed = [failedRow(String(1_000 + (number * 100 + round) * 3 + step))]
            const held = await whileHeld(() =>
              store.saveProgress(claimed.lease, {
                checkpoint: step,
                counts: page,
                failed,
                resolved: ['1', '2'],
              }),
            )
            if (held) sum = addCounts(sum, page)
            await whileHeld(() => store.renew(claimed.lease, round % 3 ? 0 : longLeaseMs))
          }
          if (round % 4 === 3) await whileHeld(() => store.completeItem(claimed.lease, worker))
          else await store.release(claimed.lease)
        }
        return sum
      })
      expect((await getTask(store, id)).counts).toEqual(saved.reduce(addCounts))
    })

    it('get the planning once', async () => {
      const { id } = await startLoad(store, [])
      const kinds = await together(8, async (worker) => (await store.claim(id, worker, longLeaseMs)).kind)
      expect(kinds.filter((kind) => kind === 'advance')).toHaveLength(1)
      expect(kinds.filter((kind) => kind === 'wait')).toHaveLength(7)
    })

    it('end a phase once, and retry a task once', async () => {
      const { id } = await startLoad(store, [])
      const { lease } = await claim('advance', store, id)
      const next = loadOf(['a'], { phase: 'verifying' })
      const advanced = await Promise.allSettled(Array.from({ length: 6 }, () => store.advance(lease, next)))
      expect(advanced.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await getTask(store, id)).toMatchObject({ stage: 2, lastStage: 2 })

      await store.fail((await claim('item', store, id)).lease, someError)
      const retried = await Promise.allSettled(Array.from({ length: 6 }, () => store.retry(id)))
      expect(retried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await getTask(store, id)).toMatchObject({ stage: 3, attempt: 2 })
    })
  })
}

function together<Result>(
  workers: number,
  work: (worker: string, number: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: workers }, (_, number) => work(`worker-${number}`, number)))
}

/** @returns false when the lease was lost meanwhile */
async function whileHeld(use: () => Promise<unknown>): Promise<boolean> {
  try {
    await use()
    return true
  } catch (error) {
    if (error instanceof LeaseLostError) return false
    throw error
  }
}

async function runSequence(
  store: TaskStore,
  size: number,
  sequence: readonly Call[],
): Promise<{ taskId: string; counts: Counts }> {
  const { id: taskId, stage } = await startLoad(
    store,
    Array.from({ length: size }, (_, n) => n),
  )
  const items = Array.from({ length: size }, (): ExpectedItem => ({
    holder: null,
    expired: false,
    done: false,
    checkpoint: null,
    result: null,
  }))
  const given: Lease[] = []
  let counts = noCounts

  const holds = (lease: Lease) => items[lease.ordinal ?? -1]?.holder === lease
  const use = async (lease: Lease, work: () => Promise<unknown>, then: (item: ExpectedItem) => void) => {
    const item = items[lease.ordinal ?? -1]
    if (!item || !holds(lease)) return expect(work()).rejects.toThrow(LeaseLostError)
    await work()
    then(item)
  }

  for (const [step, call] of sequence.entries()) {
    if (call.kind === 'claim') {
      const claimed = await store.claim(taskId, 'worker', call.expires ? 0 : longLeaseMs)
      const ordinal = items.findIndex(({ holder, expired, done }) => !done && (holder === null || expired))
      const item = items[ordinal]
      if (item) {
        expect(claimed).toMatchObject({ kind: 'item', item: { ordinal, checkpoint: item.checkpoint } })
        if (claimed.kind !== 'item') continue
        given.push(claimed.lease)
        Object.assign(item, { holder: claimed.lease, expired: call.expires })
      } else if (items.some(({ done }) => !done)) {
        expect(claimed).toMatchObject({ kind: 'wait' })
      } else if (claimed.kind === 'advance') {
        expect(claimed).toMatchObject({ lease: { stage }, results: items.map(({ result }) => result) })
        await store.release(claimed.lease)
      }
      continue
    }
    const lease = given[call.lease % given.length]
    if (!lease) continue
    switch (call.kind) {
      case 'save': {
        const failed = Array.from({ length: call.counts.failed }, (_, n) => failedRow(`${step * 10 + n}`))
        const progress = { checkpoint: step, counts: call.counts, failed }
        await use(
          lease,
          () => store.saveProgress(lease, progress),
          (item) => {
            item.checkpoint = step
            counts = addCounts(counts, call.counts)
          },
        )
        break
      }
      case 'renew':
        await use(
          lease,
          () => store.renew(lease, call.expires ? 0 : longLeaseMs),
          (item) => {
            item.expired = call.expires
          },
        )
        break
      case 'complete':
        await use(
          lease,
          () => store.completeItem(lease, step),
          (item) => {
            Object.assign(item, { done: true, holder: null, result: step })
          },
        )
        break
      case 'release': {
        await store.release(lease)
        const item = items[lease.ordinal ?? -1]
        if (item && holds(lease)) item.holder = null
      }
    }
  }
  return { taskId, counts }
}
