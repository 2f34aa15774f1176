import { pageSizeSchema, type TaskItemPage, type TaskRates } from '@ingestion-server/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'
import type { TaskLookup } from './task-lookup.ts'

const itemQuerySchema = z.strictObject({
  page_size: pageSizeSchema,
  page_token: z.string().optional(),
})

const noStore = { 'Cache-Control': 'no-store' }

/** Details of a task: its items, its rate over time, and the state of its webhook. */
export function taskDetailRoutes({
  store,
  lookUp,
  findWebhook,
}: Pick<AppDeps, 'store' | 'findWebhook'> & { lookUp: TaskLookup }) {
  const routes = new Hono<AppEnv>()

  const listItems = operation({
    id: 'listTaskItems',
    tag: 'Tasks',
    summary: 'List the work items of a task',
    description: 'Ranges of ids with their progress and worker.',
    scope: 'read',
    query: itemQuerySchema,
    responses: { 200: { description: 'A page of items.', content: json('TaskItemPage') } },
    problems: [404],
  })
  routes.get('/:id/items', listItems, async (c) => {
    const { page_size: pageSize, page_token: pageToken } = c.req.valid('query')
    const { id } = await lookUp.byPath(c)
    const { items, nextPageToken } = await store.items(id, { pageSize, pageToken })
    const page: TaskItemPage = {
      items: items.map(({ leaseUntil, startedAt, doneAt, doneUpTo, ...item }) => ({
        ...item,
        lease_until: leaseUntil,
        started_at: startedAt,
        done_at: doneAt,
        done_up_to: doneUpTo,
      })),
      next_page_token: nextPageToken,
    }
    return c.json(page, 200, noStore)
  })

  const summarizeItems = operation({
    id: 'summarizeTaskItems',
    tag: 'Tasks',
    summary: 'Summarize the work items of a task',
    description: 'The items of each phase in a few hundred parts at most, for a chart.',
    scope: 'read',
    responses: {
      200: { description: 'The phases with their items, in parts.', content: json('TaskItemSummary') },
    },
    problems: [404],
  })
  routes.get('/:id/items/summary', summarizeItems, async (c) => {
    const { id } = await lookUp.byPath(c)
    return c.json(await store.itemSummary(id), 200, noStore)
  })

  const listRates = operation({
    id: 'listTaskRates',
    tag: 'Tasks',
    summary: 'List the rate of a task over time',
    scope: 'read',
    responses: {
      200: { description: 'Documents per interval, for a chart.', content: json('TaskRates') },
    },
    problems: [404],
  })
  routes.get('/:id/rates', listRates, async (c) => {
    const { id } = await lookUp.byPath(c)
    const rates = await store.rates(id)
    const body: TaskRates = { rates: rates.map(({ boundBy, ...rate }) => ({ ...rate, bound_by: boundBy })) }
    return c.json(body, 200, noStore)
  })

  const getWebhook = operation({
    id: 'getTaskCallback',
    tag: 'Tasks',
    summary: 'Get the state of the webhook of a task',
    description: 'Result of the last attempt; kept for a week after the task has ended.',
    scope: 'read',
    responses: { 200: { description: 'The state of the webhook.', content: json('TaskCallback') } },
    problems: [404],
  })
  routes.get('/:id/callback', getWebhook, async (c) =>
    c.json(await findWebhook(await lookUp.byPath(c)), 200, noStore),
  )

  return routes
}
