import {
  createTaskRequestParser,
  taskFilterSchema,
  TaskNotFoundError,
  type FailedDocumentPage,
  type ScheduledTask,
  type TaskPage,
} from '@ingestion-server/core'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { limitBody, readJson, requireJson } from '../json-body.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import type { AppEnv } from '../request-context.ts'
import { InvalidRequestError } from '../request-errors.ts'
import { isActive, taskPath, toTask } from '../task-resource.ts'
import { failedDocumentQuerySchema, toFailedDocumentPage } from './failed-document-page.ts'

/** How soon it is worth asking again how a task is. */
const pollSeconds = '1'

export function taskRoutes({ store, models, submit, wake, now, baseUrl }: AppDeps) {
  const parseTaskRequest = createTaskRequestParser(models.map(({ name }) => name))
  const routes = new Hono<AppEnv>()

  routes.post('/', requireJson, limitBody, async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const parsed = parseTaskRequest(await readJson(c))
    if (!parsed.ok) throw new InvalidRequestError(parsed.errors)
    const record = await submit(parsed.request, { requestId: c.var.requestId, requestedBy: null })
    c.var.log.info('task created', { task_id: record.id, action: record.action, index: record.index })
    wake(record.id)

    const path = taskPath(record.id)
    const scheduled: ScheduledTask = {
      message: 'Successfully scheduled task',
      task_id: record.id,
      status_check: `${baseUrl ?? new URL(c.req.url).origin}${path}`,
      task: toTask(record, now()),
    }
    return c.json(scheduled, 202, { Location: path, 'Retry-After': pollSeconds, 'Cache-Control': 'no-store' })
  })

  routes.get('/', async (c) => {
    const { page_size, page_token, ...filter } = parseQuery(c.req.url, taskFilterSchema)
    const { tasks, nextPageToken } = await store.list({
      ...filter,
      pageSize: page_size,
      pageToken: page_token,
    })
    const at = now()
    const page: TaskPage = {
      tasks: tasks.map((record) => toTask(record, at)),
      next_page_token: nextPageToken,
    }
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  })

  routes.get('/:id', async (c) => {
    const record = await getTask(c)
    return c.json(toTask(record, now()), 200, {
      'Cache-Control': 'no-store',
      ...(isActive(record) && { 'Retry-After': pollSeconds }),
    })
  })

  routes.get('/:id/failed_documents', async (c) => {
    const query = parseQuery(c.req.url, failedDocumentQuerySchema)
    const { id } = await getTask(c)
    const documents = await store.failedDocuments(id, {
      after: query.page_token,
      resolved: query.resolved,
      // One more than asked for tells whether there is another page.
      limit: query.page_size + 1,
    })
    const page: FailedDocumentPage = toFailedDocumentPage(documents, query.page_size)
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  })

  routes.post('/:id/retry', async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const record = await store.retry(parseTaskId(c))
    c.var.log.info('task retried', { task_id: record.id, attempt: record.attempt })
    wake(record.id)
    return c.json(toTask(record, now()), 202, {
      Location: taskPath(record.id),
      'Retry-After': pollSeconds,
      'Cache-Control': 'no-store',
    })
  })

  async function getTask(c: Context) {
    const id = parseTaskId(c)
    const record = await store.get(id)
    if (record === null) throw new TaskNotFoundError(id)
    return record
  }

  return routes
}

const taskIdSchema = z.uuid().toLowerCase()

/** The id in the path; what can't be one names no task. */
function parseTaskId(c: Context): string {
  const id = c.req.param('id') ?? ''
  const parsed = taskIdSchema.safeParse(id)
  if (!parsed.success) throw new TaskNotFoundError(id)
  return parsed.data
}
