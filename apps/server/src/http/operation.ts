import type { Handler, Hono, MiddlewareHandler } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import type { z } from 'zod'
import { requireScope } from './guard.ts'
import { methods, type Description, type Operation } from './openapi/operation.ts'
import { noQuerySchema, parseQuery } from './parse-query.ts'
import type { AppEnv } from './request-context.ts'

const descriptionKey = Symbol('description')

interface Described extends Handler {
  [descriptionKey]?: Description
}

type DescriptionOf<Query> = Omit<Description, 'query'> & { query?: Query }

/** Makes the parsed query available to the handler: `c.req.valid('query')`. */
type WithQuery<Query extends z.ZodObject> = { in: { query: z.input<Query> }; out: { query: z.output<Query> } }

/**
 * The first handler of every route. The OpenAPI document has what it describes, and it enforces the described scope
 * and query: both are defined once.
 *
 * @throws ScopeMissingError, InvalidRequestError
 * @example
 * routes.get('/:id/items', operation({ id: 'listTaskItems', scope: 'read', query: itemQuerySchema, … }), (c) => {
 *   const { page_size } = c.req.valid('query')
 *   …
 * })
 */
export function operation<Query extends z.ZodObject = typeof noQuerySchema>(
  description: DescriptionOf<Query>,
): MiddlewareHandler<AppEnv, string, WithQuery<Query>> {
  const { scope, scopeDependsOnAction = false } = description
  // Probes may add parameters to a public path, for example to get around a cache.
  const query = description.query ?? (scope === null ? null : noQuerySchema)
  const enforce: MiddlewareHandler<AppEnv, string, WithQuery<Query>> = async (c, next) => {
    if (scope !== null && !scopeDependsOnAction) requireScope(c, scope)
    if (query !== null) c.req.addValidatedData('query', parseQuery(c.req.url, query))
    await next()
  }
  return Object.assign(enforce, { [descriptionKey]: description })
}

/**
 * The operations of an app, in the order of its routes.
 *
 * @throws Error for a route without an operation
 */
export function listOperations({ routes }: Pick<Hono<AppEnv>, 'routes'>): Operation[] {
  const found = new Map<string, Operation | null>()
  for (const { method: upperCase, path, handler } of routes) {
    if (upperCase === 'ALL') continue // middleware
    const route = `${upperCase} ${path}`
    const method = methods.find((each) => each === upperCase.toLowerCase())
    // `app.route` wraps the handlers of an app that has its own error handler.
    const description = (findTargetHandler(handler) as Described)[descriptionKey]
    // A description after the handler would enforce nothing.
    if (found.has(route)) continue
    const isDescribed = method !== undefined && description !== undefined
    found.set(
      route,
      isDescribed ? { ...description, method, path: path.replaceAll(/:(\w+)/g, '{$1}') } : null,
    )
  }
  return Array.from(found, ([route, described]) => {
    if (described === null) throw new Error(`route ${route} has no operation(…) as its first handler`)
    return described
  })
}
