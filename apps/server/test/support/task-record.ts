import type { Task, TaskRecord } from '@ingestion-server/core'
import { newTaskRecord } from '@ingestion-server/core/testing/new-task-row.ts'
import { toTask } from '../../src/resources/task-resource.ts'

/** A queued REINDEX, with the fields that a test overrides. */
export function createTaskRecord(overrides: Partial<TaskRecord> = {}): TaskRecord {
  const index = 'image-20231106'
  const record = newTaskRecord({
    id: '018f2b2e-7c1a-7000-8000-000000000001',
    model: 'image',
    action: 'REINDEX',
    request: { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
    index,
    reserve: [index],
    state: {},
    createdAt: '2026-11-24T04:00:00.000Z',
  })
  return { ...record, ...overrides }
}

/** The same task as the HTTP API shows it. */
export function createTask(overrides: Partial<TaskRecord> = {}): Task {
  return toTask(createTaskRecord(overrides), new Date(0))
}
