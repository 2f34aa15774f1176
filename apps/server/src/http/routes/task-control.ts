import { cancelRequestSchema, taskLimitsPatchSchema, type TaskLimitsPatch } from '@ingestion-server/core'
import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { parseBody } from '../json-body.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import { callerOf, type AppEnv } from '../request-context.ts'
import { pollHeaders, toTask } from '../../resources/task-resource.ts'
import { acceptedTask, type TaskChanges } from './change-task.ts'
import { scopeNote } from './schedule-task.ts'
import type { TaskLookup } from './task-lookup.ts'

type Options = Pick<AppDeps, 'store' | 'clock'> & { lookUp: TaskLookup; changes: TaskChanges }

/** Changes an existing task: limits, cancel, retry. */
export function taskControlRoutes({ store, clock, lookUp, changes }: Options) {
  const routes = new Hono<AppEnv>()

  const limit = operation({
    id: 'limitTask',
    tag: 'Tasks',
    summary: 'Change the limits of a task',
    description:
      'Running workers apply them within seconds. Null removes a limit; an absent limit is not changed.',
    scope: 'write',
    headers: ['Ingestion-Actor'],
    body: {
      schema: 'TaskLimitsPatch',
      required: true,
      examples: {
        slower: { summary: 'At most 500 documents a second', value: { documents_per_second: 500 } },
      },
    },
    responses: { 200: { description: 'The task with its new limits.', content: json('Task') } },
    problems: [404, 409],
  })
  routes.patch('/:id', limit, async (c) => {
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

  const cancel = operation({
    id: 'cancelTask',
    tag: 'Tasks',
    summary: 'Cancel a task',
    description:
      'The unfinished index is removed, unless `keep_index` is true. The task has ended when `active` is false.',
    scope: 'write',
    headers: ['Ingestion-Actor'],
    body: {
      schema: 'CancelRequest',
      required: false,
      examples: { keep: { summary: 'Keep the unfinished index', value: { keep_index: true } } },
    },
    responses: { 202: acceptedTask('The task, which is being cancelled or is already cancelled.') },
    problems: [404, 409],
  })
  routes.post('/:id/cancel', cancel, async (c) => {
    const { keep_index: keepIndex } = await parseBody(c, cancelRequestSchema)
    const { id } = await lookUp.byPath(c)
    const record = await store.cancel(id, { keepIndex, ...callerOf(c) })
    c.var.log.info('task cancelled', { task_id: id, keep_index: record.keepIndex })
    return changes.accept(c, record)
  })

  const retry = operation({
    id: 'retryTask',
    tag: 'Tasks',
    summary: 'Run a failed or cancelled task again',
    description: `A failed task continues from its checkpoints, a cancelled one starts again. ${scopeNote}`,
    scope: 'write',
    scopeDependsOnAction: true,
    headers: ['Ingestion-Actor'],
    responses: { 202: acceptedTask('The task, queued again.') },
    problems: [404, 409],
  })
  routes.post('/:id/retry', retry, (c) => changes.runAgain(c, 'retry'))

  return routes
}
