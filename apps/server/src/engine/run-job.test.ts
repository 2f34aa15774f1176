import {
  DatabaseUnavailableError,
  systemClock,
  TaskNotFoundError,
  type TaskRecord,
} from '@ingestion-server/core'
import { expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import type { TaskJob } from './job-queue.ts'
import { logFailure, runJob } from './run-job.ts'
import type { WorkerOptions } from './worker-context.ts'

type RunSlice = WorkerOptions['runSlice']

const taskId = '0198a7c2-0000-7000-8000-000000000001'
const first: TaskJob = { taskId, slot: 0 }
const third: TaskJob = { taskId, slot: 2 }

async function run(job: TaskJob, runSlice: RunSlice, signal = new AbortController().signal) {
  let notified = 0
  const outcome = await runJob(
    job,
    {
      runSlice,
      notifyOthers: () => void notified++,
      hasWaiting: async () => false,
      sliceMs: 60_000,
      clock: systemClock,
    },
    signal,
  )
  return { outcome, notified }
}

test('a task that ended needs no further job', async () => {
  // Only passed on.
  const task = { id: taskId } as TaskRecord
  const { outcome } = await run(first, async () => ({ paused: false, task }))
  expect(outcome).toEqual({ kind: 'ended', task })
})

test('a missing task needs no further job', async () => {
  const { outcome } = await run(first, () => Promise.reject(new TaskNotFoundError(taskId)))
  expect(outcome).toEqual({ kind: 'continues', jobs: [], delayMs: 0 })
})

test('after an interrupted time slice, the job and the first job of the task go to the end of the queue', async () => {
  const stopping = new AbortController()
  const cutShort: RunSlice = async (_, { signal }) => {
    stopping.abort()
    expect(signal.aborted).toBe(true)
    return { paused: true, waitMs: 0 }
  }
  const { outcome } = await run(third, cutShort, stopping.signal)
  expect(outcome).toEqual({ kind: 'continues', jobs: [first, third], delayMs: 0 })
  expect((await run(first, cutShort, stopping.signal)).outcome).toMatchObject({ jobs: [first] })
})

test('while others hold the remaining items, the first worker polls and the others leave', async () => {
  const nothingToDo: RunSlice = async () => ({ paused: true, waitMs: 4_000 })
  expect((await run(first, nothingToDo)).outcome).toEqual({
    kind: 'continues',
    jobs: [first],
    delayMs: 4_000,
  })
  expect((await run(third, nothingToDo)).outcome).toMatchObject({ kind: 'continues', jobs: [] })
})

test('a worker that gets an item notifies others, once per phase', async () => {
  const { notified } = await run(first, async (_, { onItem }) => {
    for (const stage of [1, 1, 1, 2, 2]) onItem(stage)
    return { paused: true, waitMs: 0 }
  })
  expect(notified).toBe(2)
})

test('a time slice that throws fails its job, which is logged with the number of attempts', async () => {
  const mistake = new Error('a mistake')
  await expect(run(first, () => Promise.reject(mistake))).rejects.toBe(mistake)
  const { log, lines } = collectLines()
  logFailure(log, { data: first, retryCount: 2 }, mistake)
  expect(lines).toMatchObject([{ level: 'error', task_id: taskId, slot: 0, failures: 3 }])
})

test('an unavailable database is not logged as a program error', async () => {
  const { log, lines } = collectLines()
  logFailure(log, { data: first, retryCount: 0 }, new DatabaseUnavailableError('away'))
  expect(lines).toMatchObject([{ level: 'warn', error: { code: 'database_unavailable' } }])
})
