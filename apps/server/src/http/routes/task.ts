import { createTaskRequestParser, taskFilterSchema, type TaskPage } from '@ingestion-server/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { allow } from '../guard.ts'
import { readJson } from '../json-body.ts'
import { booleanParameter, noQuerySchema, parseQuery } from '../parse-query.ts'
import { readPreferredWait } from '../prefer-wait.ts'
import type { AppEnv } from '../request-context.ts'
import { InvalidRequestError } from '../request-errors.ts'
import { pollHeaders, toTask } from '../task-resource.ts'
import type { TaskFeeds } from '../streams/task-feeds.ts'
import { waitForChange } from '../streams/wait-for-change.ts'
import type { Scheduling } from './schedule-task.ts'
import type { TaskLookup } from './task-lookup.ts'

/** The query of `POST /task`. */
export const submissionQuerySchema = z.strictObject({ dry_run: booleanParameter.optional() })

type Options = Pick<AppDeps, 'store' | 'models' | 'clock'> & {
  scheduling: Scheduling
  lookUp: TaskLookup
  feeds: TaskFeeds
}

/** Creates and reads tasks. */
export function taskRoutes({ store, models, clock, scheduling, lookUp, feeds }: Options) {
  const parseTaskRequest = createTaskRequestParser(models.map(({ name }) => name))
  const routes = new Hono<AppEnv>()

  // The scope depends on the action.
  routes.post('/', async (c) => {
    const query = parseQuery(c.req.url, submissionQuerySchema)
    const parsed = parseTaskRequest(await readJson(c))
    if (!parsed.ok) throw new InvalidRequestError(parsed.errors)
    const { request, options } = parsed
    // A caller that sends it in body and query with different values must not start a task.
    const dryRun = query.dry_run === true || options.dry_run === true
    return await scheduling.answer(c, request, { ...options, dry_run: dryRun })
  })

  routes.get('/', allow('read'), async (c) => {
    const { page_size, page_token, requested_by, ...filter } = parseQuery(c.req.url, taskFilterSchema)
    const { tasks, nextPageToken } = await store.list({
      ...filter,
      requestedBy: requested_by,
      pageSize: page_size,
      pageToken: page_token,
    })
    const at = new Date(clock.now())
    const page: TaskPage = {
      tasks: tasks.map((record) => toTask(record, at)),
      next_page_token: nextPageToken,
    }
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  })

  routes.get('/:id', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const found = await lookUp.byPath(c)
    const waitMs = readPreferredWait(c)
    const signal = c.req.raw.signal
    const record = waitMs === null ? found : await waitForChange(found, { feeds, clock, waitMs, signal })
    return c.json(toTask(record, new Date(clock.now())), 200, pollHeaders(record))
  })

  return routes
}
