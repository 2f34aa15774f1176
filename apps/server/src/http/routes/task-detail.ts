import {
  pageSizeSchema,
  type FailedDocumentPage,
  type TaskItemPage,
  type TaskRates,
} from '@ingestion-server/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { allow } from '../guard.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import type { AppEnv } from '../request-context.ts'
import { failedDocumentQuerySchema, readFailedDocumentPage } from './failed-document-page.ts'
import type { TaskLookup } from './task-lookup.ts'

/** The query of `GET /task/{id}/items`. */
export const itemQuerySchema = z.strictObject({
  page_size: pageSizeSchema,
  page_token: z.string().optional(),
})

const noStore = { 'Cache-Control': 'no-store' }

/** Details of a task: its items, its rate over time, its failed documents, and the state of its callback. */
export function taskDetailRoutes({
  store,
  lookUp,
  findCallback,
}: Pick<AppDeps, 'store' | 'findCallback'> & { lookUp: TaskLookup }) {
  const routes = new Hono<AppEnv>()

  routes.get('/:id/items', allow('read'), async (c) => {
    const query = parseQuery(c.req.url, itemQuerySchema)
    const { id } = await lookUp.byPath(c)
    const { items, nextPageToken } = await store.items(id, {
      pageSize: query.page_size,
      pageToken: query.page_token,
    })
    const page: TaskItemPage = {
      items: items.map(({ leaseUntil, doneAt, doneUpTo, ...item }) => ({
        ...item,
        lease_until: leaseUntil,
        done_at: doneAt,
        done_up_to: doneUpTo,
      })),
      next_page_token: nextPageToken,
    }
    return c.json(page, 200, noStore)
  })

  routes.get('/:id/rates', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const { id } = await lookUp.byPath(c)
    const answer: TaskRates = { rates: await store.rates(id) }
    return c.json(answer, 200, noStore)
  })

  routes.get('/:id/callback', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    return c.json(await findCallback(await lookUp.byPath(c)), 200, noStore)
  })

  routes.get('/:id/failed_documents', allow('read'), async (c) => {
    const query = parseQuery(c.req.url, failedDocumentQuerySchema)
    const { id } = await lookUp.byPath(c)
    const page: FailedDocumentPage = await readFailedDocumentPage(store, id, query)
    return c.json(page, 200, noStore)
  })

  return routes
}
