import {
  actionFacts,
  createTaskRequestParser,
  taskFilterSchema,
  taskMatchSchema,
  type TaskPage,
} from '@ingestion-server/core'
import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { readJson } from '../json-body.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import { readPreferredWait } from '../prefer-wait.ts'
import type { AppEnv } from '../request-context.ts'
import { InvalidRequestError } from '../request-errors.ts'
import { pollHeaders, toTask } from '../../resources/task-resource.ts'
import type { TaskFeeds } from '../streams/task-feeds.ts'
import { waitForChange } from '../streams/wait-for-change.ts'
import { toTaskMatches, toTaskSummary } from '../task-query.ts'
import { scopeNote, submission, type Scheduling } from './schedule-task.ts'
import type { TaskLookup } from './task-lookup.ts'

/** The life of an index, from the database to searches: the curl calls of the README. */
const examples = Object.fromEntries(
  Object.values(actionFacts).map(({ command, example }) => [command, example]),
)

type Options = Pick<AppDeps, 'store' | 'models' | 'clock'> & {
  scheduling: Scheduling
  lookUp: TaskLookup
  feeds: TaskFeeds
}

/** Creates and reads tasks. */
export function taskRoutes({ store, models, clock, scheduling, lookUp, feeds }: Options) {
  const parseTaskRequest = createTaskRequestParser(models.map(({ name }) => name))
  const routes = new Hono<AppEnv>()

  const create = operation({
    id: 'createTask',
    tag: 'Tasks',
    summary: 'Create a task',
    description:
      'The task runs in the background. A request that cannot succeed is refused immediately. ' +
      `${scopeNote} ` +
      '`Prefer: wait=N` delays the response until the task has ended, for at most N seconds.',
    scope: 'write',
    scopeDependsOnAction: true,
    body: { schema: 'TaskRequest', required: true, examples },
    ...submission,
  })
  routes.post('/', create, async (c) => {
    const parsed = parseTaskRequest(await readJson(c))
    if (!parsed.ok) throw new InvalidRequestError(parsed.errors)
    const { request, options } = parsed
    // A caller that sends it in body and query with different values must not start a task.
    const dryRun = c.req.valid('query').dry_run === true || options.dry_run === true
    return await scheduling.respond(c, request, { ...options, dry_run: dryRun })
  })

  const list = operation({
    id: 'listTasks',
    tag: 'Tasks',
    summary: 'List and search tasks',
    description:
      'Newest first, unless `sort` is given. `q` finds a part of the index name, of the error code or of the requester, ' +
      'or the start of an id. `model`, `action`, `status` and `error_code` may be repeated: a task has to match one of ' +
      'their values. A page token belongs to its `sort`.',
    scope: 'read',
    query: taskFilterSchema,
    responses: { 200: { description: 'A page of tasks.', content: json('TaskPage') } },
  })
  routes.get('/', list, async (c) => {
    const { page_size, page_token, sort, ...match } = c.req.valid('query')
    const query = { ...toTaskMatches(match), sort, pageSize: page_size, pageToken: page_token }
    const { tasks, nextPageToken } = await store.list(query)
    const at = new Date(clock.now())
    const page: TaskPage = {
      tasks: tasks.map((record) => toTask(record, at)),
      next_page_token: nextPageToken,
    }
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  })

  const summarize = operation({
    id: 'summarizeTasks',
    tag: 'Tasks',
    summary: 'Count tasks by status and by error',
    description:
      'Takes the filters of `GET /task`. Counts have every status, whatever `status` is. Durations are those of the last ' +
      '30 succeeded tasks of each model and action, whatever the filters are.',
    scope: 'read',
    query: taskMatchSchema,
    responses: {
      200: { description: 'Counts, failures and usual durations.', content: json('TaskSummary') },
    },
  })
  // Before `/:id`, which has the same form.
  routes.get('/summary', summarize, async (c) => {
    const summary = toTaskSummary(await store.summarize(toTaskMatches(c.req.valid('query'))))
    return c.json(summary, 200, { 'Cache-Control': 'no-store' })
  })

  const get = operation({
    id: 'getTask',
    tag: 'Tasks',
    summary: 'Get a task',
    description:
      'The task has ended when `active` is false, and it succeeded when `status` is `succeeded`. `Prefer: wait=N` delays ' +
      'the response until status, phase or progress change, for at most N seconds.',
    scope: 'read',
    headers: ['Prefer'],
    responses: {
      200: {
        description: 'The task.',
        content: json('Task'),
        headers: ['Retry-After', 'Preference-Applied'],
      },
    },
    problems: [404],
  })
  routes.get('/:id', get, async (c) => {
    const found = await lookUp.byPath(c)
    const waitMs = readPreferredWait(c)
    const signal = c.req.raw.signal
    const record = waitMs === null ? found : await waitForChange(found, { feeds, clock, waitMs, signal })
    return c.json(toTask(record, new Date(clock.now())), 200, pollHeaders(record))
  })

  return routes
}
