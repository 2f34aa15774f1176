import { findActionFacts, type TaskRecord } from '@ingestion-server/core'
import type { Context } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { requireScope } from '../guard.ts'
import { parseBody } from '../json-body.ts'
import { json, type ResponseSpec } from '../openapi/operation.ts'
import { callerOf, type AppEnv } from '../request-context.ts'
import { pollHeaders, taskPath, toTask } from '../../resources/task-resource.ts'
import type { TaskLookup } from './task-lookup.ts'

/** For requests without a body: content must not be ignored. */
const noBodySchema = z.strictObject({})

/** The response of `accept`, for the document. */
export function acceptedTask(description: string): ResponseSpec {
  return { description, content: json('Task'), headers: ['Location', 'Retry-After'] }
}

/** Shared by all routes that give an existing task work to do. */
export interface TaskChanges {
  /** Notifies the workers of the task, or starts work on it; answers 202. */
  accept(c: Context<AppEnv>, record: TaskRecord): Response
  /** @throws ScopeMissingError, TaskNotFoundError, TaskStateError */
  runAgain(c: Context<AppEnv>, how: 'retry' | 'redrive'): Promise<Response>
}

export function createTaskChanges({
  store,
  notify,
  clock,
  lookUp,
}: Pick<AppDeps, 'store' | 'notify' | 'clock'> & { lookUp: TaskLookup }): TaskChanges {
  function accept(c: Context<AppEnv>, record: TaskRecord): Response {
    c.set('taskId', record.id)
    notify(record.id)
    const headers = { Location: taskPath(record.id), ...pollHeaders(record) }
    return c.json(toTask(record, new Date(clock.now())), 202, headers)
  }

  return {
    accept,
    async runAgain(c, how) {
      await parseBody(c, noBodySchema)
      const found = await lookUp.byPath(c)
      // Running a task again needs the same scope as starting it.
      requireScope(c, findActionFacts(found.action)?.scope ?? 'delete')
      const record = await store[how](found.id, callerOf(c))
      c.var.log.info('task runs again', { task_id: record.id, how, attempt: record.attempt })
      return accept(c, record)
    },
  }
}
