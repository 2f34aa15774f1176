import { phases, taskSchema, taskStatuses, type TaskRecord } from '@ingestion-server/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTaskRecord } from '../../test/support/task-record.ts'
import { toProgress, toTask } from './task-resource.ts'

const begin = '2026-11-24T04:00:00.000Z'
const after = (seconds: number) => new Date(Date.parse(begin) + seconds * 1_000)

const loading = (indexed: number, planned: number | null): Partial<TaskRecord> => ({
  status: 'running',
  phase: 'loading',
  counts: { read: indexed, indexed, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 },
  planned,
  startedAt: begin,
  loadStartedAt: begin,
})

describe('a task resource', () => {
  test('shows a queued task as active, at 0, without rate or time left', () => {
    expect(toTask(createTaskRecord(), after(0))).toMatchObject({
      status: 'queued',
      active: true,
      progress: 0,
      rate: null,
      eta_seconds: null,
      error: null,
      links: {
        self: '/task/018f2b2e-7c1a-7000-8000-000000000001',
        failed_documents: '/task/018f2b2e-7c1a-7000-8000-000000000001/failed_documents',
        retry: '/task/018f2b2e-7c1a-7000-8000-000000000001/retry',
      },
    })
  })

  test('counts dropped and failed rows as accounted for', () => {
    const record = createTaskRecord({
      ...loading(0, 10),
      counts: { read: 4, indexed: 1, dropped: { deleted: 1, removed_from_source: 1 }, failed: 1 },
    })
    expect(toTask(record, after(2))).toMatchObject({ progress: 40, rate: 2, eta_seconds: 3 })
  })

  test('has no time left while it waits for a service', () => {
    const waiting = {
      for: 'opensearch' as const,
      reason: 'connect ECONNREFUSED',
      since: begin,
      next_attempt_at: begin,
    }
    const task = toTask(createTaskRecord({ ...loading(10, 100), waiting }), after(5))
    expect(task).toMatchObject({ waiting: { ...waiting, next_attempt_at: after(5).toISOString() } })
    expect(task).toMatchObject({ eta_seconds: null, rate: 2 })
  })

  test('never shows a next attempt in the past', () => {
    const waiting = {
      for: 'opensearch' as const,
      reason: 'a block',
      since: begin,
      next_attempt_at: after(5).toISOString(),
    }
    const nextAttempt = (now: Date) =>
      toTask(createTaskRecord({ ...loading(10, 100), waiting }), now).waiting?.next_attempt_at
    expect(nextAttempt(after(4))).toBe(after(5).toISOString())
    expect(nextAttempt(after(8))).toBe(after(8).toISOString())
  })

  test('keeps the rate of a finished load, and is at 99 until it is verified', () => {
    const record = createTaskRecord({
      ...loading(90, 100),
      phase: 'verifying',
      loadFinishedAt: after(9).toISOString(),
    })
    expect(toTask(record, after(500))).toMatchObject({ progress: 99, rate: 10, eta_seconds: null })
  })

  test('has no rate if the clock of the database is ahead', () => {
    expect(toTask(createTaskRecord(loading(10, 100)), after(-3))).toMatchObject({
      rate: null,
      eta_seconds: null,
    })
  })

  test('keeps its progress if it failed or was cancelled', () => {
    const end = { loadFinishedAt: after(9).toISOString(), finishedAt: after(9).toISOString() }
    const progressOf = (record: Partial<TaskRecord>) => toProgress(createTaskRecord(record))
    expect(progressOf({ ...loading(25, 100), ...end, status: 'failed' })).toBe(25)
    expect(progressOf({ ...loading(25, 100), ...end, status: 'cancelled', phase: 'cancelling' })).toBe(25)
    expect(progressOf({ ...loading(25, 100), ...end, phase: 'cancelling' })).toBe(25)
    // Its retry continues where it stopped.
    expect(progressOf({ ...loading(25, 100), ...end, status: 'queued', phase: 'planning' })).toBe(25)
    expect(progressOf({ ...loading(90, 100), ...end, status: 'failed', phase: 'verifying' })).toBe(99)
    const filtering = { action: 'CREATE_AND_POPULATE_FILTERED_INDEX', phase: 'expunging' } as const
    expect(progressOf({ ...loading(90, 100), ...end, status: 'failed', ...filtering })).toBe(99)
    for (const phase of ['planning', 'promoting', 'deleting', 'cloning', 'cancelling'] as const)
      expect(progressOf({ status: 'failed', phase }), phase).toBe(0)
  })

  test('shows the number of filtered documents, also if it is 0, and only for tasks that filter', () => {
    const filter = createTaskRecord({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX' })
    expect(toTask(filter, after(0)).counts.dropped).toEqual({
      deleted: 0,
      removed_from_source: 0,
      sensitive: 0,
    })
    expect(toTask(createTaskRecord(), after(0)).counts.dropped).toEqual({
      deleted: 0,
      removed_from_source: 0,
    })
  })

  test('shows unreadable values by field, and none if all were readable', () => {
    const task = toTask(createTaskRecord({ leftOut: { tags: 3, license_url: 1 } }), after(0))
    expect(taskSchema.parse(task).counts.left_out).toEqual({ tags: 3, license_url: 1 })
    expect(toTask(createTaskRecord(), after(0)).counts).not.toHaveProperty('left_out')
  })

  test('is at 100 only after success', () => {
    expect(toProgress(createTaskRecord({ ...loading(10, 10), status: 'failed' }))).toBe(99)
    expect(toProgress(createTaskRecord({ ...loading(0, 0), status: 'succeeded', phase: 'done' }))).toBe(100)
    expect(toProgress(createTaskRecord({ status: 'failed', phase: 'done' }))).toBe(0)
  })
})

const count = fc.nat({ max: 2_000_000_000 })
const moment = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })

const anyRecord = fc
  .record({
    status: fc.constantFrom(...taskStatuses),
    phase: fc.constantFrom(...phases),
    counts: fc.record({
      read: count,
      indexed: count,
      dropped: fc.record({ deleted: count, removed_from_source: count }),
      failed: count,
    }),
    planned: maybe(count),
    startedAt: maybe(moment),
    loadStartedAt: maybe(moment),
    loadFinishedAt: maybe(moment),
    finishedAt: maybe(moment),
  })
  .map(createTaskRecord)

test('every stored record makes a valid task, at 100 exactly when it succeeded', () => {
  fc.assert(
    fc.property(anyRecord, moment, (record, now) => {
      const task = taskSchema.parse(toTask(record, new Date(now)))
      expect(task.progress === 100).toBe(task.status === 'succeeded')
      expect(task.active).toBe(task.status === 'queued' || task.status === 'running')
      expect(task.rate === null || task.rate >= 0).toBe(true)
      expect(task.eta_seconds === null || task.eta_seconds >= 0).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test('progress never decreases while a load runs, ends, is verified and succeeds', () => {
  fc.assert(
    fc.property(maybe(count), fc.array(fc.nat({ max: 50_000_000 })), (planned, pages) => {
      let indexed = 0
      const moments = [
        createTaskRecord({ status: 'running', planned }),
        ...pages.map((rows) => createTaskRecord(loading((indexed += rows), planned))),
        ...(['catching_up', 'verifying', 'mending', 'verifying', 'restoring'] as const).map((phase) =>
          createTaskRecord({ ...loading(indexed, planned), phase, loadFinishedAt: begin }),
        ),
        createTaskRecord({ ...loading(indexed, planned), phase: 'done', status: 'succeeded' }),
      ]
      const progress = moments.map(toProgress)
      expect(progress).toEqual(progress.toSorted((a, b) => a - b))
      expect(progress.at(-1)).toBe(100)
    }),
  )
})
