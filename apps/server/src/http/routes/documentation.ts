import { Hono, type Context } from 'hono'
import manifest from '../../../package.json' with { type: 'json' }
import type { AppDeps } from '../app-deps.ts'
import { renderDocsPage } from '../openapi/docs-page.ts'
import { createOpenApiDocument, type OpenApiDocument } from '../openapi/document.ts'
import type { AppEnv } from '../request-context.ts'

/** The OpenAPI document and its HTML page. */
export function documentationRoutes({
  models,
  baseUrl,
  newRequestId,
}: Pick<AppDeps, 'models' | 'baseUrl' | 'newRequestId'>) {
  const routes = new Hono<AppEnv>()
  // Generated at the first request; only the address differs between requests.
  let document: OpenApiDocument | null = null
  const documentFor = (c: Context): OpenApiDocument => {
    document ??= createOpenApiDocument({
      models: models.map(({ name }) => name),
      version: manifest.version,
      serverUrl: '/',
    })
    return { ...document, servers: [{ url: baseUrl ?? new URL(c.req.url).origin }] }
  }

  routes.get('/openapi.json', (c) => c.json(documentFor(c), 200, { 'Cache-Control': 'no-cache' }))

  routes.get('/docs', async (c) => {
    const nonce = newRequestId()
    return c.html(await renderDocsPage(documentFor(c), nonce), 200, {
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
    })
  })

  return routes
}
