import {
  cancelRequestSchema,
  findActionFacts,
  taskLimitsPatchSchema,
  type TaskLimitsPatch,
  type TaskRecord,
} from '@ingestion-server/core'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { allow, requireScope } from '../guard.ts'
import { parseBody } from '../json-body.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import { callerOf, type AppEnv } from '../request-context.ts'
import { pollHeaders, taskPath, toTask } from '../task-resource.ts'
import type { TaskLookup } from './task-lookup.ts'

/** For requests without a body: content must not be ignored. */
const noBodySchema = z.strictObject({})

type Options = Pick<AppDeps, 'store' | 'notify' | 'clock'> & { lookUp: TaskLookup }

/** Changes an existing task: cancel, retry, redrive, limits. */
export function taskControlRoutes({ store, notify, clock, lookUp }: Options) {
  const routes = new Hono<AppEnv>()

  routes.post('/:id/cancel', allow('write'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const { keep_index: keepIndex } = await parseBody(c, cancelRequestSchema)
    const { id } = await lookUp.byPath(c)
    const record = await store.cancel(id, { keepIndex, ...callerOf(c) })
    c.var.log.info('task cancelled', { task_id: id, keep_index: record.keepIndex })
    return answerAccepted(c, record)
  })

  routes.post('/:id/retry', async (c) => answerAccepted(c, await runAgain(c, 'retry')))
  routes.post('/:id/failed_documents/redrive', async (c) => answerAccepted(c, await runAgain(c, 'redrive')))

  routes.patch('/:id', allow('write'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const patch: TaskLimitsPatch = await parseBody(c, taskLimitsPatchSchema)
    const { id } = await lookUp.byPath(c)
    const limits = {
      ...(patch.documents_per_second !== undefined && { documentsPerSecond: patch.documents_per_second }),
      ...(patch.in_flight !== undefined && { inFlight: patch.in_flight }),
    }
    const record = await store.setLimits(id, limits, callerOf(c))
    c.var.log.info('limits of the task changed', { task_id: id, ...record.limits })
    return c.json(toTask(record, new Date(clock.now())), 200, pollHeaders(record))
  })

  async function runAgain(c: Context<AppEnv>, how: 'retry' | 'redrive'): Promise<TaskRecord> {
    parseQuery(c.req.url, noQuerySchema)
    await parseBody(c, noBodySchema)
    const found = await lookUp.byPath(c)
    // Running a task again needs the same scope as starting it.
    requireScope(c, findActionFacts(found.action)?.scope ?? 'delete')
    const record = await store[how](found.id, callerOf(c))
    c.var.log.info('task runs again', { task_id: record.id, how, attempt: record.attempt })
    return record
  }

  /** Notifies the workers of the task, or starts work on it. */
  function answerAccepted(c: Context<AppEnv>, record: TaskRecord): Response {
    c.set('taskId', record.id)
    notify(record.id)
    const headers = { Location: taskPath(record.id), ...pollHeaders(record) }
    return c.json(toTask(record, new Date(clock.now())), 202, headers)
  }

  return routes
}
