import { handleRequest, workForAWhile, type Lifetime } from './edge/edge-worker.ts'
import type { EdgeEnv } from './edge/edge-parts.ts'

const prepared = new Set<string>()

/**
 * Entry for Workers and other platforms with module workers (Cloudflare: compatibility flag `nodejs_compat`, a cron
 * trigger for `scheduled`). Variables are those of the server, `API_TOKEN` among them, and `SLICE_SECONDS`: how long a
 * call may work on tasks.
 */
export default {
  fetch: (request: Request, env: EdgeEnv, lifetime: Lifetime): Promise<Response> =>
    handleRequest(request, { env, prepared }, lifetime),
  scheduled: (_event: unknown, env: EdgeEnv, lifetime: Lifetime): void =>
    lifetime.waitUntil(workForAWhile({ env, prepared })),
}
