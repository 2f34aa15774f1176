import { LeaseLostError, SearchUnavailableError } from '@ingestion-server/core'
import { expect, test } from 'vitest'
import { createJsonLogger, type LogLevel } from './log.ts'
import type { Step } from './observer.ts'
import { createStepLog } from './step-log.ts'

const step: Step = {
  taskId: 'task-1',
  requestId: 'request-1',
  model: 'image',
  action: 'REINDEX',
  phase: 'loading',
  kind: 'planning',
  ordinal: null,
  attempt: 2,
}

/** The log lines of a step, without their time. */
async function linesOf(level: LogLevel, observed: Step, run: () => Promise<unknown>): Promise<unknown[]> {
  const lines: unknown[] = []
  let now = 1_000
  const log = createJsonLogger({
    level,
    write: (line) => lines.push({ ...(JSON.parse(line) as object), time: undefined }),
    now: () => new Date(0),
  })
  const { onStep } = createStepLog(log, { now: () => (now += 5) })
  await onStep(observed, run).catch(() => undefined) // the lines contain the outcome
  return lines
}

test('the end of a phase is logged with the task, the request that created it, and the next phase', async () => {
  const lines = await linesOf('info', step, async () => ({ kind: 'phase', phase: 'catching_up', items: [] }))
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'phase ended',
      task_id: 'task-1',
      request_id: 'request-1',
      model: 'image',
      action: 'REINDEX',
      phase: 'loading',
      attempt: 2,
      duration_ms: 5,
      next_phase: 'catching_up',
    },
  ])
})

test('an item is logged at level debug only', async () => {
  const item: Step = { ...step, kind: 'item', ordinal: 3, requestId: null }
  const run = async () => ({ kind: 'done', result: null })
  expect(await linesOf('info', item, run)).toEqual([])
  const [line] = await linesOf('debug', item, run)
  expect(line).toMatchObject({ level: 'debug', item: 3, outcome: 'done' })
  expect(line).not.toHaveProperty('request_id')
})

test('a failed step is logged as a warning, and its error is rethrown', async () => {
  const broken = () => Promise.reject(new SearchUnavailableError('connection refused'))
  expect(await linesOf('info', step, broken)).toMatchObject([
    {
      level: 'warn',
      message: 'task step failed',
      task_id: 'task-1',
      request_id: 'request-1',
      error: { code: 'search_unavailable', message: 'connection refused' },
    },
  ])
  const { onStep } = createStepLog(
    createJsonLogger({ level: 'silent', write: () => {}, now: () => new Date() }),
    {
      now: Date.now,
    },
  )
  await expect(onStep(step, broken)).rejects.toThrow('connection refused')
})

test('a step that another worker took over is logged without an error', async () => {
  const lost = () => Promise.reject(new LeaseLostError('task-1'))
  expect(await linesOf('info', step, lost)).toEqual([])
  expect(await linesOf('debug', step, lost)).toMatchObject([
    { level: 'debug', message: 'task step taken over by another worker' },
  ])
})
