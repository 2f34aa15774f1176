import {
  isActive,
  pageSizeSchema,
  type StoredTaskEvent,
  type TaskEventPage,
  type TaskRecord,
} from '@ingestion-server/core'
import { Hono, type Context } from 'hono'
import { accepts } from 'hono/accepts'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import type { AppEnv } from '../request-context.ts'
import { InvalidRequestError } from '../request-errors.ts'
import { toTask } from '../../resources/task-resource.ts'
import { toTaskEvent } from '../../resources/task-event-resource.ts'
import { createEventStream } from '../streams/event-stream.ts'
import type { TaskFeeds } from '../streams/task-feeds.ts'
import type { TaskLookup } from './task-lookup.ts'

/** The query of `GET /task/{id}/events` as JSON; a page token is the last id of the page before. */
const eventQuerySchema = z.strictObject({
  page_size: pageSizeSchema,
  page_token: z
    .string()
    .regex(/^\d{1,15}$/, 'is not a valid page token')
    .optional(),
})

type Options = Pick<AppDeps, 'store' | 'clock'> & { lookUp: TaskLookup; feeds: TaskFeeds }

/** The events of a task: as pages of JSON, or as a stream. */
export function taskEventRoutes({ store, clock, lookUp, feeds }: Options) {
  const routes = new Hono<AppEnv>()
  // A task is serialized once for any number of listeners.
  const renderTask = once((record: TaskRecord) => JSON.stringify(toTask(record, new Date(clock.now()))))
  const renderEvent = once((event: StoredTaskEvent) => JSON.stringify(toTaskEvent(event)))

  const list = operation({
    id: 'listTaskEvents',
    tag: 'Tasks',
    summary: 'List or stream the events of a task',
    description:
      'By default a page of stored events as JSON. With `Accept: text/event-stream` a stream of the events, each ' +
      'with its id, and of `progress` with the task, at most once per second. A comment is sent every 15 s. The ' +
      'stream ends after the last event of the task. A request after that event is answered with 204.',
    scope: 'read',
    query: eventQuerySchema,
    headers: ['Last-Event-ID'],
    responses: {
      200: {
        description: 'Events in chronological order.',
        content: { ...json('TaskEventPage'), 'text/event-stream': null },
      },
      204: { description: 'The task has ended and has no event after `Last-Event-ID`.' },
    },
    problems: [404],
  })
  routes.get('/:id/events', list, async (c) => {
    c.header('Vary', 'Accept')
    const lastEventId = readLastEventId(c)
    return wantsStream(c) ? await answerStream(c, lastEventId) : await answerPage(c, c.req.valid('query'))
  })

  async function answerPage(
    c: Context<AppEnv>,
    { page_size, page_token }: z.output<typeof eventQuerySchema>,
  ): Promise<Response> {
    const { id } = await lookUp.byPath(c)
    // One more than requested shows whether there is another page.
    const after = page_token === undefined ? undefined : Number(page_token)
    const found = await store.events({ taskId: id, after, limit: page_size + 1 })
    const events = found.slice(0, page_size)
    const page: TaskEventPage = {
      events: events.map(toTaskEvent),
      next_page_token: found.length > page_size ? String(events.at(-1)?.id) : null,
    }
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  }

  async function answerStream(c: Context<AppEnv>, lastEventId: number | null): Promise<Response> {
    parseQuery(c.req.url, noQuerySchema)
    const record = await lookUp.byPath(c)
    if (lastEventId !== null && !isActive(record)) {
      const missed = await store.events({ taskId: record.id, after: lastEventId, limit: 1 })
      // A browser reconnects after each end; 204 stops it, as nothing more will come.
      if (missed.length === 0) return c.body(null, 204, { 'Cache-Control': 'no-store' })
    }
    const stop = new AbortController()
    const updates = feeds.follow(record.id, stop.signal)
    const mayStill = () => c.var.mayStill('read')
    const stream = createEventStream({
      updates,
      stop,
      lastEventId,
      mayStill,
      renderEvent,
      renderTask,
      clock,
    })
    return c.body(stream, 200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // Proxies that buffer responses would delay the events.
      'X-Accel-Buffering': 'no',
    })
  }

  return routes
}

function wantsStream(c: Context): boolean {
  const type = accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/event-stream'],
    default: 'application/json',
  })
  return type === 'text/event-stream'
}

/** @throws InvalidRequestError */
function readLastEventId(c: Context): number | null {
  const header = c.req.header('Last-Event-ID')
  if (header === undefined || header === '') return null
  if (/^\d{1,15}$/.test(header)) return Number(header)
  const detail = 'must be the id of an event of this server'
  throw new InvalidRequestError([{ pointer: '/header/Last-Event-ID', detail }])
}

/** The same function, which computes each value once. */
function once<Value extends object>(render: (value: Value) => string): (value: Value) => string {
  const rendered = new WeakMap<Value, string>()
  return (value) => {
    const text = rendered.get(value) ?? render(value)
    rendered.set(value, text)
    return text
  }
}
