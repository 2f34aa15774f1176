import { actionNames } from '@ingestion-server/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { createAppHarness, noIndices } from '../../../test/support/app-harness.ts'
import { listOperations } from '../operation.ts'
import type { OpenApiDocument, OperationObject } from './document.ts'
import type { JsonSchema } from './descriptions/schema-descriptions.ts'

const harness = createAppHarness({
  indices: { ...noIndices, list: async () => ({ models: [] }), builds: async () => ({ builds: [] }) },
})
const operations = listOperations(harness.app)
const document = (await (await harness.send('/openapi.json')).json()) as OpenApiDocument

// Every part of the document can be referenced as `openapi#/…`, and its own references are resolved the same way.
const ajv = new Ajv2020({ strict: false, allErrors: true })
// ajv-formats is CommonJS: its default export is a property there.
formats.default(ajv)
ajv.addSchema(JSON.parse(JSON.stringify(document).replaceAll('"#/', '"openapi#/')) as object, 'openapi')

function listDocumented() {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
}

describe('the document', () => {
  test('is valid OpenAPI 3.1 as far as it can be checked without its schema: names, references, path parameters', () => {
    expect(document.openapi).toBe('3.1.0')
    const ids = listDocumented().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [reference] of JSON.stringify(document).matchAll(/"#\/[^"]+"/g)) {
      const pointer = reference.slice(3, -1).split('/')
      const found = pointer.reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[key],
        document,
      )
      expect(found, reference).toBeDefined()
    }
    for (const { path, operation } of listDocumented()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(declared.map(({ name }) => name)).toEqual(named)
    }
  })

  test('has every route of the app, and no others', () => {
    const routes = harness.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    const described = listDocumented().map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted())
  })

  test('names the scope of each operation, and the app requires it', async () => {
    const closed = createAppHarness({ access: { kind: 'token', token: 'a-long-enough-token' } })
    for (const { path, method, scope } of operations) {
      const url = path.replaceAll(/\{\w+\}/g, '018f2b2e-7c1a-7000-8000-00000000ffff')
      const { status } = await closed.send(url, { method: method.toUpperCase() })
      expect([path, method, status === 401]).toEqual([path, method, scope !== null])
    }
  })

  test('holds examples that fit their schemas, one of each action', () => {
    const examples = listDocumented().flatMap(({ path, method, operation }) => {
      const content = operation.requestBody?.content['application/json']
      return Object.values(content?.examples ?? {}).map(({ value }) => ({ path, method, value }))
    })
    const tasks = examples.filter(({ path, method }) => path === '/task' && method === 'post')
    expect(tasks.map(({ value }) => (value as { action: string }).action)).toEqual(actionNames)
    for (const { path, method, value } of examples) {
      const pointer = `openapi#/paths/${path.replaceAll('/', '~1')}/${method}/requestBody/content/application~1json/schema`
      expect(validate(pointer, value)).toEqual([])
    }
  })

  test.each([
    [{ model: 'image', action: 'POINT_ALIAS', index_suffix: 'a', alias: 'audio' }],
    [{ model: 'image', action: 'REINDEX', index_suffix: 'a-filtered' }],
    [{ model: 'image', action: 'REINDEX', nope: 1 }],
    [{ model: 'video', action: 'REINDEX' }],
    [{ model: 'image', action: 'REINDEX', callback_url: 'ftp://example.org' }],
  ])('refuses what the server refuses: %j', async (body) => {
    expect(validate('openapi#/components/schemas/TaskRequest', body)).not.toEqual([])
    expect((await harness.post(body)).status).toBe(400)
  })

  test('lists the models of the server', () => {
    expect(JSON.stringify(document.components.schemas['ReindexRequest'])).toContain('"image","audio"')
  })
})

function validate(pointer: string, value: unknown): unknown[] {
  const check = ajv.getSchema(pointer) ?? ajv.compile({ $ref: pointer })
  return check(value) === true ? [] : (check.errors ?? [])
}

/** All violations of the document in a response. */
async function findDifferences(path: string, method: string, response: Response): Promise<unknown[]> {
  const operation = (document.paths[path] as Record<string, OperationObject> | undefined)?.[method]
  const described = operation?.responses[String(response.status)]
  if (described === undefined) return [`${method} ${path}: status ${response.status} is not described`]
  const type = response.headers.get('Content-Type')?.split(';')[0]
  const inPath = `openapi#/paths/${path.replaceAll('/', '~1')}/${method}/responses/${response.status}`
  const base = '$ref' in described ? described.$ref.replace('#/', 'openapi#/') : inPath
  const content = '$ref' in described ? { 'application/problem+json': {} } : (described.content ?? {})
  if (type === undefined) return Object.keys(content).length === 0 ? [] : ['content is missing']
  if (!Object.hasOwn(content, type)) return [`${method} ${path}: ${type} is not described`]
  const text = await response.text()
  return validate(
    `${base}/content/${type.replaceAll('/', '~1')}/schema`,
    type.endsWith('json') ? JSON.parse(text) : text,
  )
}

describe('real responses match the document', () => {
  const reindex = { model: 'image', action: 'REINDEX', index_suffix: '20231106' }

  async function createTask(): Promise<string> {
    const response = await harness.post({ ...reindex, index_suffix: crypto.randomUUID() })
    return ((await response.json()) as { task_id: string }).task_id
  }
  const json = (method: string, body: unknown) => ({
    method: method.toUpperCase(),
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

  test.each<[string, string, number, string?, unknown?]>([
    ['/', 'get', 200],
    ['/livez', 'get', 200],
    ['/readyz', 'get', 200],
    ['/openapi.json', 'get', 200],
    ['/docs', 'get', 200],
    ['/metrics', 'get', 501],
    ['/task', 'get', 200],
    ['/task', 'get', 400, '?page_size=0&nope=1'],
    ['/task', 'get', 200, '?q=image&status=queued&status=failed&sort=longest'],
    ['/task/summary', 'get', 200, '?model=image&model=audio'],
    ['/task/summary', 'get', 400, '?page_size=1'],
    ['/task', 'post', 202, '', reindex],
    ['/task', 'post', 200, '?dry_run=true', reindex],
    ['/task', 'post', 400, '', { model: 'video' }],
    ['/task', 'post', 409, '', reindex],
    ['/task/{id}', 'get', 200],
    ['/task/{id}', 'patch', 200, '', { in_flight: 2 }],
    ['/task/{id}', 'patch', 400, '', {}],
    ['/task/{id}/cancel', 'post', 202],
    ['/task/{id}/retry', 'post', 409],
    ['/task/{id}/failed_documents/redrive', 'post', 409],
    ['/task/{id}/events', 'get', 200],
    ['/task/{id}/items', 'get', 200],
    ['/task/{id}/rates', 'get', 200],
    ['/task/{id}/failed_documents', 'get', 200],
    ['/index', 'get', 200],
    ['/index/{name}', 'get', 404, '', undefined],
    ['/index/{name}/details', 'get', 404],
    ['/index/{name}/document', 'get', 404, '?q=whale&page_size=100'],
    ['/index/{name}/document', 'get', 400, '?page_size=101'],
    ['/index/{name}/document/{document}', 'get', 404],
    ['/index/{alias}/history', 'get', 200, '?page_size=5'],
    ['/index/{alias}/history', 'get', 400, '?page_token=x'],
    ['/model/{model}/builds', 'get', 200, '?limit=5'],
    ['/model/{model}/builds', 'get', 200, '?action=REINDEX'],
    ['/model/{model}/builds', 'get', 400, '?limit=0'],
    ['/model/{model}/builds', 'get', 400, '?action=DELETE_INDEX'],
    ['/stat/{name}', 'get', 200],
    ['/token', 'get', 200],
    ['/token', 'post', 400, '', { name: '' }],
    ['/token', 'post', 409, '', { name: 'reader', scopes: ['read'] }],
    ['/token/{id}', 'delete', 404],
  ])('%s %s %i', async (path, method, status, query = '', body = undefined) => {
    const id = path.startsWith('/task/') ? await createTask() : crypto.randomUUID()
    const url = path
      .replace('{id}', id)
      .replace('{name}', '*')
      .replace(/\{\w+\}/, 'image')
    const init = body === undefined ? { method: method.toUpperCase() } : json(method, body)
    const response = await harness.send(`${url}${query}`, init)
    expect(response.status).toBe(status)
    expect(await findDifferences(path, method, response)).toEqual([])
  })

  test('including responses with a token', async () => {
    const made = await harness.post({ name: 'root', scopes: ['admin'] }, '/token')
    const { secret, token } = (await made.clone().json()) as { secret: string; token: { id: string } }
    expect(await findDifferences('/token', 'post', made)).toEqual([])
    const unauthorized = await harness.send('/task')
    expect(unauthorized.status).toBe(401)
    expect(await findDifferences('/task', 'get', unauthorized)).toEqual([])
    const headers = { Authorization: `Bearer ${secret}` }
    const revoked = await harness.send(`/token/${token.id}`, { method: 'DELETE', headers })
    expect(await findDifferences('/token/{id}', 'delete', revoked)).toEqual([])
  })
})

describe('GET /docs', () => {
  test('is a page that names every operation, without scripts and external resources', async () => {
    const response = await harness.send('/docs')
    const page = await response.text()
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/)
    for (const { id } of operations) expect(page).toContain(`id="${id}"`)
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|@import|url\(/i)
    const policy = response.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
    expect(page).toContain(`<style nonce="${nonce}">`)
  })

  test('escapes the URL in the page', async () => {
    const { send } = createAppHarness({ baseUrl: 'https://x.example/"><script>alert(1)</script>' })
    expect(await (await send('/docs')).text()).not.toContain('<script>')
  })
})

test('each field of a schema has a meaning (descriptions/)', () => {
  const lacking: string[] = []
  const visit = (schema: JsonSchema, path: string): void => {
    const { properties = {}, anyOf = [], oneOf = [], items } = schema as SchemaParts
    for (const [name, field] of Object.entries(properties)) {
      if (typeof field['description'] !== 'string') lacking.push(`${path}.${name}`)
      visit(field, `${path}.${name}`)
    }
    for (const each of [...anyOf, ...oneOf]) visit(each, path)
    if (items !== undefined) visit(items, `${path}[]`)
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) visit(schema, name)
  expect(lacking).toEqual([])
})

interface SchemaParts {
  properties?: Record<string, JsonSchema>
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
}
