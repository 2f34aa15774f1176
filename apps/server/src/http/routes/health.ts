import { Hono } from 'hono'
import manifest from '../../../package.json' with { type: 'json' }
import type { AppDeps } from '../app-deps.ts'
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

  routes.get('/', (c) => c.json({ name: 'ingestion-server', version: manifest.version, links }))

  /** Whether the process responds. Services are not checked, because a restart would not bring them back. */
  routes.get('/livez', (c) => c.json({ status: 'alive' }, 200, { 'Cache-Control': 'no-store' }))

  routes.get('/readyz', async (c) => {
    const { ready, dependencies } = await readiness.read()
    if (!ready) throw new NotReadyError(dependencies)
    return c.json({ status: 'ready', dependencies }, 200, { 'Cache-Control': 'no-store' })
  })

  return routes
}
