import {
  IndexNotFoundError,
  isIndexName,
  submissionOptionsSchema,
  type Index,
  type IndexList,
  type Stat,
} from '@ingestion-server/core'
import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { allow } from '../guard.ts'
import { parseBody } from '../json-body.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import type { AppEnv } from '../request-context.ts'
import type { Scheduling } from './schedule-task.ts'
import { submissionQuerySchema } from './task.ts'

const noStore = { 'Cache-Control': 'no-store' }

const noStat: Stat = { exists: false, is_alias: null, alt_names: null }

/** Lists indices, and rolls back an alias. */
export function indexRoutes({ indices, scheduling }: Pick<AppDeps, 'indices'> & { scheduling: Scheduling }) {
  const routes = new Hono<AppEnv>()

  routes.get('/index', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const list: IndexList = await indices.list()
    return c.json(list, 200, noStore)
  })

  routes.get('/index/:name', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const index: Index = await indices.describe(requireIndexName(c.req.param('name')))
    return c.json(index, 200, noStore)
  })

  routes.post('/index/:alias/rollback', allow('write'), async (c) => {
    const query = parseQuery(c.req.url, submissionQuerySchema)
    const options = await parseBody(c, submissionOptionsSchema)
    const request = await indices.rollbackRequest(requireIndexName(c.req.param('alias')))
    const dryRun = query.dry_run === true || options.dry_run === true
    return await scheduling.answer(c, request, { ...options, dry_run: dryRun })
  })

  routes.get('/stat/:name', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const name = c.req.param('name')
    const stat: Stat = isIndexName(name) ? await indices.stat(name) : noStat
    return c.json(stat, 200, noStore)
  })

  return routes
}

/** Rejects names that OpenSearch might read as a wildcard or a list. @throws IndexNotFoundError */
function requireIndexName(name: string): string {
  if (!isIndexName(name)) throw new IndexNotFoundError(name)
  return name
}
