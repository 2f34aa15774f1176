import { TaskNotFoundError, type TaskRecord } from '@ingestion-server/core'
import type { Context } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'

export interface TaskLookup {
  /** @throws TaskNotFoundError */
  byId(taskId: string): Promise<TaskRecord>
  /** The task in the path. @throws TaskNotFoundError */
  byPath(c: Context): Promise<TaskRecord>
}

export function createTaskLookup(store: Pick<AppDeps['store'], 'get'>): TaskLookup {
  async function byId(taskId: string): Promise<TaskRecord> {
    const record = await store.get(taskId)
    if (record === null) throw new TaskNotFoundError(taskId)
    return record
  }
  return { byId, byPath: async (c) => byId(parseTaskId(c)) }
}

const taskIdSchema = z.uuid().toLowerCase()

/** The id in the path; an invalid id names no task. @throws TaskNotFoundError */
function parseTaskId(c: Context): string {
  const id = c.req.param('id') ?? ''
  const parsed = taskIdSchema.safeParse(id)
  if (!parsed.success) throw new TaskNotFoundError(id)
  return parsed.data
}
