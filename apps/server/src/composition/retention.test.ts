import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import { createRetention } from './retention.ts'

const dayMs = 86_400_000

/** A store from which a hundred tasks and the failed documents of five others are to be removed. */
function createHarness(retentionMs: number | null, stepMs = 0) {
  const { clock, pass } = createManualClock()
  let left = 100
  let documents = 5
  const asked: unknown[] = []
  const { log, lines } = collectLines()
  const store = {
    removeOld: async (retention: { limit: number }) => {
      asked.push(retention)
      await pass(stepMs, stepMs)
      const tasks = Math.min(retention.limit, left)
      left -= tasks
      const tasksOfFailedDocuments = Math.min(retention.limit, documents)
      documents -= tasksOfFailedDocuments
      return { tasks, tasksOfFailedDocuments }
    },
  }
  const run = createRetention({ store, retentionMs, clock, log })
  return { run, asked, lines, left: () => left, wait: (ms: number) => pass(ms, ms) }
}

test('removes everything that is too old in small batches, logs it once, and checks again an hour later', async () => {
  const { run, asked, lines, wait } = createHarness(90 * dayMs)
  const signal = new AbortController().signal
  await run(signal)
  expect(asked).toHaveLength(11)
  expect(asked[0]).toEqual({ tasksMs: 90 * dayMs, failedDocumentsMs: 30 * dayMs, limit: 10 })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    message: 'old task data removed',
    tasks: 100,
    tasks_of_failed_documents: 5,
  })
  await wait(60_000)
  await run(signal)
  expect(asked).toHaveLength(11)
  await wait(3_600_000)
  await run(signal)
  expect(asked).toHaveLength(12)
  expect(lines).toHaveLength(1)
})

test('continues in the next call when its time is up, and stops on abort', async () => {
  const slow = createHarness(dayMs, 15_000)
  await slow.run(new AbortController().signal)
  expect(slow.left()).toBe(80)
  await slow.run(AbortSignal.abort())
  expect(slow.left()).toBe(80)
  await slow.run(new AbortController().signal)
  expect(slow.left()).toBe(60)
})

test('keeps everything by default', async () => {
  const { run, asked } = createHarness(null)
  await run(new AbortController().signal)
  expect(asked).toEqual([])
})
