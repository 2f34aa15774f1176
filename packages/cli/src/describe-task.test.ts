import { expect, test } from 'vitest'
import type { Task } from '@ingestion-server/sdk'
import { createTaskRecord } from '@ingestion-server/server/testing/task-record.ts'
import { toTask } from '../../../apps/server/src/http/task-resource.ts'
import { describeTask } from './describe-task.ts'

/** A task as returned by the SDK: with names in camelCase. */
function readTask(leftOut: Record<string, number>): Task {
  const wire = JSON.stringify(toTask(createTaskRecord({ leftOut }), new Date(0)))
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

test('the result has the names of the HTTP API', () => {
  const result = { catchUpBy: 'none', verification: { documentsCompared: 3 } }
  expect(describeTask({ ...readTask({}), result })).toContainEqual([
    'result',
    '{"catch_up_by":"none","verification":{"documents_compared":3}}',
  ])
})
