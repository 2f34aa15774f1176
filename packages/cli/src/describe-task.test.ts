import { expect, test } from 'vitest'
import type { Task } from '@ingestion-server/sdk'
import { createTask } from '@ingestion-server/server/testing/task-record.ts'
import { describeEvent, describePhase, describeTask } from './describe-task.ts'

/** A task as returned by the SDK: with names in camelCase. */
function readTask(leftOut: Record<string, number>): Task {
  const wire = JSON.stringify(createTask({ leftOut }))
  const camelCased = wire.replace(/"([a-z_]+)":/g, (key) =>
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  )
  return JSON.parse(camelCased) as Task
}

test('unreadable values are shown by the names of their fields', () => {
  expect(describeTask(readTask({ license_url: 1_200, mature: 1 }))).toContainEqual([
    'unreadable',
    'license_url in 1,200 rows, left out; mature in 1 row, taken as true',
  ])
  expect(describeTask(readTask({})).map(([name]) => name)).not.toContain('unreadable')
})

test('documents of the catch-up are counted', () => {
  const catchUp = { indexed: 1_200, deleted: 3, failed: 0 }
  expect(describeTask({ ...readTask({}), catchUp })).toContainEqual(['catch-up', '1,200 written, 3 deleted'])
})

test('phases are shown in words, with those of the dashboard', () => {
  expect((['mending', 'catching_up', 'loading'] as const).map(describePhase)).toEqual([
    'repairing',
    'catching up',
    'loading',
  ])
  const at = '2026-11-24T04:00:00.000Z'
  expect(describeEvent({ id: 7, at, type: 'phase', phase: 'mending', attempt: 1, data: {} })).toContain(
    'repairing',
  )
})

test('the result has the names of the HTTP API', () => {
  const result = { catchUpBy: 'none', verification: { documentsCompared: 3 } }
  expect(describeTask({ ...readTask({}), result })).toContainEqual([
    'result',
    '{"catch_up_by":"none","verification":{"documents_compared":3}}',
  ])
})
