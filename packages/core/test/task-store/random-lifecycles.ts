import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { LeaseLostError, TaskStateError } from '../../src/errors.ts'
import type { Claim, Lease, TaskStore } from '../../src/tasks/task-store.ts'
import { getTask, loadOf, longLeaseMs, newTask, someError, type MakeStore } from './sample-task.ts'

/** One call of a worker or an operator. `lease` picks one of all ever issued, so most of them are lost. */
const calls = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('claim' as const), expires: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), keepIndex: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('work', 'complete', 'fail', 'release', 'enter', 'finish', 'end cancelled'),
      lease: fc.nat(),
    }),
  },
)
type Call = typeof calls extends fc.Arbitrary<infer Value> ? Value : never

/** A minimal model of the task. `holder` of the planning outlives a cancel. */
interface Expected {
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  started: boolean
  cancelling: boolean
  /** Null while there is no item: the next phase is being planned. */
  item: { done: boolean } | null
  holder: { lease: Lease; expired: boolean; voided: boolean } | null
  attempt: number
}

const isActive = ({ status }: Expected) => status === 'queued' || status === 'running'

/** A task of one item at a time, through any order of claims, work, ends, cancels and retries. */
export function describeRandomLifecycles(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('any order of work, ends, cancels and retries', () => {
    it('has one end at a time, refuses calls whose lease was voided, and reserves the name while active', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(calls, { maxLength: 40 }), (sequence) => runLifecycle(store, sequence)),
        { numRuns: 60 },
      )
    })
  })
}

async function runLifecycle(store: TaskStore, sequence: readonly Call[]): Promise<void> {
  const { id, index } = await store.create(newTask())
  const given: Lease[] = []
  const expected: Expected = {
    status: 'queued',
    started: false,
    cancelling: false,
    item: null,
    holder: null,
    attempt: 1,
  }

  for (const call of sequence) {
    if (call.kind === 'claim') {
      const claimed = await store.claim(id, 'worker', call.expires ? 0 : longLeaseMs)
      expectClaim(claimed, expected)
      if (claimed.kind === 'item' || claimed.kind === 'advance') {
        given.push(claimed.lease)
        expected.status = 'running'
        expected.started = true
        expected.holder = { lease: claimed.lease, expired: call.expires, voided: false }
      }
    } else if (call.kind === 'cancel') await cancel(store, id, expected, call.keepIndex)
    else if (call.kind === 'retry') await retry(store, id, expected)
    else {
      const lease = given[call.lease % given.length]
      if (lease) await speak(store, call.kind, lease, expected)
    }
    const { status, phase, attempt } = await getTask(store, id)
    expect({ status, attempt }).toEqual({ status: expected.status, attempt: expected.attempt })
    if (expected.cancelling) expect(phase).toBe('cancelling')
    expect(await store.findReservation(index)).toBe(isActive(expected) ? id : null)
  }
  const ends = (await store.events({ taskId: id, limit: 1_000 })).filter(({ type }) =>
    ['succeeded', 'failed', 'cancelled', 'retried'].includes(type),
  )
  // Ends and retries alternate: never two ends of one attempt.
  for (const [position, { type }] of ends.entries()) expect(type === 'retried').toBe(position % 2 === 1)
}

function expectClaim(claimed: Claim, { holder, item, cancelling, ...task }: Expected): void {
  if (!isActive({ holder, item, cancelling, ...task })) return expect(claimed.kind).toBe('ended')
  // After a cancel the task waits only for a lease on planning.
  if (holder && !holder.expired) return expect(claimed.kind).toBe('wait')
  if (cancelling || !item || item.done) {
    expect(claimed).toMatchObject({ kind: 'advance', ...(cancelling && { task: { phase: 'cancelling' } }) })
  } else expect(claimed.kind).toBe('item')
}

async function cancel(store: TaskStore, id: string, expected: Expected, keepIndex: boolean): Promise<void> {
  if (!isActive(expected)) {
    await expect(store.cancel(id, { keepIndex })).rejects.toThrow(TaskStateError)
    return
  }
  await store.cancel(id, { keepIndex })
  if (expected.cancelling) return
  if (!expected.started) {
    expected.status = 'cancelled'
    return
  }
  expected.cancelling = true
  expected.item = null
  if (expected.holder?.lease.ordinal === null) expected.holder.voided = true
  else expected.holder = null
}

async function retry(store: TaskStore, id: string, expected: Expected): Promise<void> {
  if (expected.status !== 'failed' && expected.status !== 'cancelled') {
    await expect(store.retry(id)).rejects.toThrow(TaskStateError)
    return
  }
  await store.retry(id)
  expected.attempt++
  Object.assign(expected, { status: 'queued', cancelling: false, item: null, holder: null })
}

async function speak(store: TaskStore, kind: string, lease: Lease, expected: Expected): Promise<void> {
  const { holder } = expected
  const isHolder = holder?.lease === lease
  const holds = isHolder && !holder.voided
  const isPlanning = lease.ordinal === null
  const end = (status: Expected['status']) =>
    Object.assign(expected, { status, cancelling: false, item: null, holder: null })

  const tryTo = async (allowed: boolean, work: () => Promise<unknown>, then: () => void) => {
    if (!allowed) return expect(work()).rejects.toThrow(LeaseLostError)
    await work()
    then()
  }
  switch (kind) {
    case 'release':
      await store.release(lease)
      if (isHolder) expected.holder = null
      return
    case 'work':
      return tryTo(
        holds && !isPlanning,
        () => store.saveProgress(lease, { checkpoint: 1 }),
        () => undefined,
      )
    case 'complete':
      return tryTo(
        holds && !isPlanning,
        () => store.completeItem(lease, null),
        () => Object.assign(expected, { item: { done: true }, holder: null }),
      )
    case 'fail':
      return tryTo(
        holds,
        () => store.fail(lease, someError),
        () => end('failed'),
      )
    case 'finish':
      return tryTo(
        holds && isPlanning,
        () => store.advance(lease, { kind: 'finished' }),
        () => end('succeeded'),
      )
    case 'enter': {
      // While it is cancelled nothing new is planned, like in all actions.
      if (holds && expected.cancelling) return
      return tryTo(
        holds && isPlanning,
        () => store.advance(lease, loadOf(['a'])),
        () => Object.assign(expected, { item: { done: false }, holder: null }),
      )
    }
    case 'end cancelled': {
      if (holds && isPlanning && !expected.cancelling) {
        await expect(store.advance(lease, { kind: 'cancelled' })).rejects.toThrow(RangeError)
        return
      }
      return tryTo(
        holds && isPlanning,
        () => store.advance(lease, { kind: 'cancelled' }),
        () => end('cancelled'),
      )
    }
  }
}
