import { Hono } from 'hono'
import manifest from '../../../package.json' with { type: 'json' }
import type { AppDeps } from '../app-deps.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import { createReadiness } from '../readiness.ts'
import type { AppEnv } from '../request-context.ts'
import { NotReadyError } from '../request-errors.ts'

/** @param links the other paths, by name */
export function healthRoutes(
  deps: Pick<AppDeps, 'checks' | 'log' | 'clock'>,
  links: Readonly<Record<string, string>>,
) {
  const readiness = createReadiness(deps)
  const routes = new Hono<AppEnv>()

  const getService = operation({
    id: 'getService',
    tag: 'Service',
    summary: 'Get the name, version and links of the server',
    scope: null,
    responses: { 200: { description: 'Name, version and links.', content: json('Service') } },
  })
  routes.get('/', getService, (c) => c.json({ name: 'ingestion-server', version: manifest.version, links }))

  const getLiveness = operation({
    id: 'getLiveness',
    tag: 'Service',
    summary: 'Check whether the process responds',
    scope: null,
    responses: { 200: { description: 'The process responds.', content: json('Alive') } },
  })
  // Services are not checked, because a restart would not bring them back.
  routes.get('/livez', getLiveness, (c) => c.json({ status: 'alive' }, 200, { 'Cache-Control': 'no-store' }))

  const getReadiness = operation({
    id: 'getReadiness',
    tag: 'Service',
    summary: 'Check whether the required services respond',
    scope: null,
    responses: { 200: { description: 'All required services respond.', content: json('Ready') } },
    problems: [503],
  })
  routes.get('/readyz', getReadiness, async (c) => {
    const { ready, dependencies } = await readiness.read()
    if (!ready) throw new NotReadyError(dependencies)
    return c.json({ status: 'ready', dependencies }, 200, { 'Cache-Control': 'no-store' })
  })

  return routes
}
