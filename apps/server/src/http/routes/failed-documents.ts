import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'
import { acceptedTask, type TaskChanges } from './change-task.ts'
import { failedDocumentQuerySchema, readFailedDocumentPage } from './failed-document-page.ts'
import type { TaskLookup } from './task-lookup.ts'

/** Lists the rows that OpenSearch refused, and tries them again. */
export function failedDocumentRoutes({
  store,
  lookUp,
  changes,
}: Pick<AppDeps, 'store'> & { lookUp: TaskLookup; changes: TaskChanges }) {
  const routes = new Hono<AppEnv>()

  const list = operation({
    id: 'listFailedDocuments',
    tag: 'Tasks',
    summary: 'List the rows that OpenSearch refused',
    description:
      'Each with the beginning of its document. `body=full` returns whole documents; pages with long ones have fewer rows.',
    scope: 'read',
    query: failedDocumentQuerySchema,
    responses: {
      200: {
        description: 'A page of rows with the reasons, ordered by id.',
        content: json('FailedDocumentPage'),
      },
    },
    problems: [404],
  })
  routes.get('/:id/failed_documents', list, async (c) => {
    const { id } = await lookUp.byPath(c)
    const page = await readFailedDocumentPage(store, id, c.req.valid('query'))
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  })

  const summarize = operation({
    id: 'summarizeFailedDocuments',
    tag: 'Tasks',
    summary: 'Group the refused rows by reason',
    description:
      'Includes rows that a later write resolved. Reasons are the same apart from quoted values and numbers in them.',
    scope: 'read',
    responses: {
      200: { description: 'The reasons, most frequent first.', content: json('FailedDocumentSummary') },
    },
    problems: [404],
  })
  routes.get('/:id/failed_documents/summary', summarize, async (c) => {
    const { id } = await lookUp.byPath(c)
    return c.json(await store.failedDocumentSummary(id), 200, { 'Cache-Control': 'no-store' })
  })

  const redrive = operation({
    id: 'redriveFailedDocuments',
    tag: 'Tasks',
    summary: 'Retry the refused rows',
    description:
      'A failed task is retried. A task that succeeded despite failed documents writes only these.',
    scope: 'write',
    scopeDependsOnAction: true,
    headers: ['Ingestion-Actor'],
    responses: { 202: acceptedTask('The task, queued again.') },
    problems: [404, 409],
  })
  routes.post('/:id/failed_documents/redrive', redrive, (c) => changes.runAgain(c, 'redrive'))

  return routes
}
