import {
  submissionOptionsSchema,
  type Index,
  type IndexList,
  type Stat,
  isIndexName,
} from '@ingestion-server/core'
import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { parseBody } from '../json-body.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'
import { requireIndexName } from './index-name.ts'
import { submission, type Scheduling } from './schedule-task.ts'

const noStore = { 'Cache-Control': 'no-store' }

const noStat: Stat = { exists: false, is_alias: null, alt_names: null }

/** Lists indices, and rolls back an alias. */
export function indexRoutes({ indices, scheduling }: Pick<AppDeps, 'indices'> & { scheduling: Scheduling }) {
  const routes = new Hono<AppEnv>()

  const listIndices = operation({
    id: 'listIndices',
    tag: 'Indices',
    summary: 'List indices and aliases of all models',
    scope: 'read',
    responses: {
      200: { description: 'The indices of each model, newest first.', content: json('IndexList') },
    },
    problems: [502],
  })
  routes.get('/index', listIndices, async (c) => {
    const list: IndexList = await indices.list()
    return c.json(list, 200, noStore)
  })

  const getIndex = operation({
    id: 'getIndex',
    tag: 'Indices',
    summary: 'Get an index',
    scope: 'read',
    responses: { 200: { description: 'The index.', content: json('Index') } },
    problems: [404, 502],
  })
  routes.get('/index/:name', getIndex, async (c) => {
    const index: Index = await indices.describe(requireIndexName(c.req.param('name')))
    return c.json(index, 200, noStore)
  })

  const rollBack = operation({
    id: 'rollBackAlias',
    tag: 'Indices',
    summary: 'Point an alias to its previous index',
    description: 'Creates a POINT_ALIAS task.',
    scope: 'write',
    body: { schema: 'SubmissionOptions', required: false },
    ...submission,
  })
  routes.post('/index/:alias/rollback', rollBack, async (c) => {
    const options = await parseBody(c, submissionOptionsSchema)
    const request = await indices.rollbackRequest(requireIndexName(c.req.param('alias')))
    const dryRun = c.req.valid('query').dry_run === true || options.dry_run === true
    return await scheduling.respond(c, request, { ...options, dry_run: dryRun })
  })

  const statName = operation({
    id: 'statName',
    tag: 'Indices',
    summary: 'Find out whether a name is an index or an alias',
    scope: 'read',
    responses: {
      200: {
        description: 'Whether the name exists, what it is, and the other names of the index.',
        content: json('Stat'),
      },
    },
    problems: [502],
  })
  routes.get('/stat/:name', statName, async (c) => {
    const name = c.req.param('name')
    const stat: Stat = isIndexName(name) ? await indices.stat(name) : noStat
    return c.json(stat, 200, noStore)
  })

  return routes
}
