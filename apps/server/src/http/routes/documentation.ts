import { Hono, type Context } from 'hono'
import manifest from '../../../package.json' with { type: 'json' }
import type { AppDeps } from '../app-deps.ts'
import { renderDocsPage } from '../openapi/docs-page.ts'
import { createOpenApiDocument, type OpenApiDocument } from '../openapi/document.ts'
import { listOperations, operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'

/**
 * The OpenAPI document and its HTML page.
 *
 * @param app has the operations of all its routes at the first request
 */
export function documentationRoutes(
  { models, baseUrl, newRequestId }: Pick<AppDeps, 'models' | 'baseUrl' | 'newRequestId'>,
  app: Hono<AppEnv>,
) {
  const routes = new Hono<AppEnv>()
  // Generated at the first request; only the address differs between requests.
  let document: OpenApiDocument | null = null
  const documentFor = (c: Context): OpenApiDocument => {
    document ??= createOpenApiDocument(listOperations(app), {
      models: models.map(({ name }) => name),
      version: manifest.version,
      serverUrl: '/',
    })
    return { ...document, servers: [{ url: baseUrl ?? new URL(c.req.url).origin }] }
  }

  const getOpenApi = operation({
    id: 'getOpenApi',
    tag: 'Service',
    summary: 'Get this document',
    scope: null,
    responses: {
      200: { description: 'The document in OpenAPI 3.1.', content: { 'application/json': null } },
    },
  })
  routes.get('/openapi.json', getOpenApi, (c) => c.json(documentFor(c), 200, { 'Cache-Control': 'no-cache' }))

  const getDocs = operation({
    id: 'getDocs',
    tag: 'Service',
    summary: 'Get this document as an HTML page',
    scope: null,
    responses: { 200: { description: 'An HTML page without scripts.', content: { 'text/html': null } } },
  })
  routes.get('/docs', getDocs, async (c) => {
    const nonce = newRequestId()
    return c.html(await renderDocsPage(documentFor(c), nonce), 200, {
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
    })
  })

  return routes
}
