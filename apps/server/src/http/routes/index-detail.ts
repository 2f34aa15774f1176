import {
  aliasHistoryQuerySchema,
  buildQuerySchema,
  documentQuerySchema,
  type AliasHistory,
} from '@ingestion-server/core'
import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'
import { requireIndexName } from './index-name.ts'

const noStore = { 'Cache-Control': 'no-store' }

/** Details of indices: their content, their documents, the history of their aliases, and earlier generations. */
export function indexDetailRoutes({ indices, store }: Pick<AppDeps, 'indices' | 'store'>) {
  const routes = new Hono<AppEnv>()

  const getDetails = operation({
    id: 'getIndexDetails',
    tag: 'Indices',
    summary: 'Get mappings, settings and shards of an index',
    description: 'And how mappings and settings differ from the index that the alias of its kind points to.',
    scope: 'read',
    responses: { 200: { description: 'The details.', content: json('IndexDetails') } },
    problems: [404, 502],
  })
  routes.get('/index/:name/details', getDetails, async (c) =>
    c.json(await indices.details(requireIndexName(c.req.param('name'))), 200, noStore),
  )

  const listMoves = operation({
    id: 'listAliasMoves',
    tag: 'Indices',
    summary: 'List the moves of an alias',
    description:
      'Newest first. Moves by other programs are not recorded. Empty for an alias that never moved.',
    scope: 'read',
    query: aliasHistoryQuerySchema,
    responses: { 200: { description: 'A page of moves.', content: json('AliasHistory') } },
    problems: [404],
  })
  routes.get('/index/:alias/history', listMoves, async (c) => {
    const { page_size: pageSize, page_token: pageToken } = c.req.valid('query')
    const alias = requireIndexName(c.req.param('alias'))
    const { moves, nextPageToken } = await store.aliasMoves(alias, { pageSize, pageToken })
    const history: AliasHistory = {
      moves: moves.map((move) => ({
        alias: move.alias,
        moved_at: move.movedAt,
        from: move.from[0]?.name ?? null,
        also_from: move.from.slice(1).map(({ name }) => name),
        to: move.to?.name ?? null,
        task_id: move.taskId,
        requested_by: move.requestedBy,
      })),
      next_page_token: nextPageToken,
    }
    return c.json(history, 200, noStore)
  })

  const listDocuments = operation({
    id: 'listIndexDocuments',
    tag: 'Indices',
    summary: 'Search the documents of an index',
    description:
      '`q` are words of text fields (OpenSearch query `simple_query_string`) or an id; without it the result has any documents.',
    scope: 'read',
    query: documentQuerySchema,
    responses: { 200: { description: 'Documents, best matches first.', content: json('DocumentPage') } },
    problems: [404, 409, 502],
  })
  routes.get('/index/:name/document', listDocuments, async (c) => {
    const { q = '', page_size: pageSize } = c.req.valid('query')
    return c.json(
      await indices.documents(requireIndexName(c.req.param('name')), { q, pageSize }),
      200,
      noStore,
    )
  })

  const explainDocument = operation({
    id: 'explainDocument',
    tag: 'Indices',
    summary: 'Get a document, or why the index lacks it',
    scope: 'read',
    responses: {
      200: {
        description: 'The document, the state of its row, and why it is in the index or not.',
        content: json('ExplainedDocument'),
      },
    },
    problems: [404, 409, 502],
  })
  routes.get('/index/:name/document/:document', explainDocument, async (c) => {
    const name = requireIndexName(c.req.param('name'))
    return c.json(await indices.document(name, c.req.param('document')), 200, noStore)
  })

  const listBuilds = operation({
    id: 'listBuilds',
    tag: 'Indices',
    summary: 'List the indices that were built of a model',
    description:
      'Newest first, as their tasks recorded them; also indices that were deleted since. `action` may be repeated.',
    scope: 'read',
    query: buildQuerySchema,
    responses: { 200: { description: 'The builds.', content: json('BuildList') } },
    problems: [404, 502],
  })
  routes.get('/model/:model/builds', listBuilds, async (c) =>
    c.json(await indices.builds(c.req.param('model'), c.req.valid('query')), 200, noStore),
  )

  return routes
}
