import type { Task } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { listEnded } from './ended.ts'

const tasks = (status: Task['status'], count: number) =>
  Array.from(
    { length: count },
    (_, number) =>
      ({
        taskId: `${status}${number}`,
        status,
        model: 'image',
        action: 'REINDEX',
        index: `image-${number}`,
        request: {},
        finishedAt: '2026-11-28T12:00:00.000Z',
        error: status === 'failed' ? { code: 'x', title: 'X', detail: 'it broke' } : null,
      }) as Task, // the rest is not looked at
  )
const list = (failed: number, others: number) =>
  listEnded(tasks('failed', failed), tasks('succeeded', others), 4).map(({ taskId }) => taskId)

test('failures come first, and leave half of the places to what was done since', () => {
  expect(list(1, 9)).toEqual(['failed0', 'succeeded0', 'succeeded1', 'succeeded2'])
  expect(list(9, 9)).toEqual(['failed0', 'failed1', 'succeeded0', 'succeeded1'])
  expect(list(9, 1)).toEqual(['failed0', 'failed1', 'failed2', 'succeeded0'])
  expect(list(0, 2)).toEqual(['succeeded0', 'succeeded1'])
  expect(list(0, 0)).toEqual([])
})

test('a failure says why', () => {
  expect(listEnded(tasks('failed', 1), [], 4)).toEqual([
    {
      taskId: 'failed0',
      title: 'Reindex image-0',
      status: 'failed',
      finishedAt: '2026-11-28T12:00:00.000Z',
      problem: 'It broke.',
    },
  ])
})
