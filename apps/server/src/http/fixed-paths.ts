import type { Hono, MiddlewareHandler } from 'hono'
import type { AppEnv } from './request-context.ts'
import { MethodNotAllowedError } from './request-errors.ts'

/**
 * Answers 405 for a path without parameters, such as `/task/summary`, by its own methods only: without this, the other
 * methods of `/task/{id}` would take `summary` for an id.
 *
 * @param app is read at the first request, when it has its routes
 */
export function restrictFixedPaths(app: Pick<Hono<AppEnv>, 'routes'>): MiddlewareHandler<AppEnv> {
  let methodsByPath: Map<string, string[]> | null = null
  return async (c, next) => {
    methodsByPath ??= listFixedPaths(app)
    const methods = methodsByPath.get(c.req.path)
    if (methods && !methods.includes(c.req.method)) {
      throw new MethodNotAllowedError(c.req.method, c.req.path, methods)
    }
    await next()
  }
}

function listFixedPaths({ routes }: Pick<Hono<AppEnv>, 'routes'>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { method, path } of routes) {
    if (method === 'ALL' || /[:*]/.test(path)) continue
    const methods = new Set([...(found.get(path) ?? []), method, ...(method === 'GET' ? ['HEAD'] : [])])
    found.set(path, [...methods].sort())
  }
  return found
}
