import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IndexNotFoundError } from '@ingestion-server/core'
import { createAppHarness } from '../../test/support/app-harness.ts'

/** zod's default messages. */
const zodPhrases =
  /Invalid (?:input|option|key|value|string|format|UUID|URL|ISO|discriminator)|expected \w+, received|Unrecognized key|Too (?:small|big)|ZodError|"code":\s*"invalid_(?!request)/

const id = '00000000-0000-7000-8000-000000000000'
const bodies = [
  '/task',
  '/token',
  `/task/${id}/cancel`,
  `/task/${id}/retry`,
  `/task/${id}/redrive`,
  '/index/image/rollback',
]
const queries = [
  '/task',
  `/task/${id}/events`,
  `/task/${id}/items`,
  `/task/${id}/failed_documents`,
  '/token',
  '/index',
  '/task/summary',
  '/index/image/history',
  '/index/image-a/document',
  '/model/image/builds',
]

const missing = (name: string) => Promise.reject(new IndexNotFoundError(name))

const indices = {
  list: async () => ({ models: [] }),
  describe: missing,
  details: missing,
  documents: missing,
  document: missing,
  builds: missing,
  stat: async () => ({ exists: false, is_alias: null, alt_names: null }),
  rollbackRequest: (alias: string) => Promise.reject(new IndexNotFoundError(alias)),
}

const names = fc.constantFrom(
  ...[
    'model',
    'action',
    'index_suffix',
    'destination_index_suffix',
    'alias',
    'max_failed',
    'dry_run',
    'callback_url',
  ],
  ...[
    'name',
    'scopes',
    'expires_at',
    'documents_per_second',
    'max_workers',
    'keep_index',
    'page_size',
    'page_token',
  ],
  ...['q', 'sort', 'error_code', 'created_after', 'limit'],
  ...['status', 'requested_by', 'verify', 'verify_sample', 'no_such_field'],
)
const values = fc.oneof(
  fc.constantFrom(
    'image',
    'REINDEX',
    'POINT_ALIAS',
    'DELETE_INDEX',
    '',
    '0x10',
    '1e400',
    '-1',
    'NaN',
    'read',
  ),
  fc.constantFrom<unknown>(null, true, -1, 1.5, 1e20, [], {}, [[]], ['read', 1], { a: 1 }),
  fc.jsonValue({ maxDepth: 2 }),
)
const body = fc.oneof(fc.dictionary(names, values, { maxKeys: 6 }), values)

async function expectPlainWords(response: Response): Promise<void> {
  const text = await response.text()
  expect(text).not.toMatch(zodPhrases)
  expect(response.status, text).not.toBe(500)
}

test('no response to any body contains a default message of zod', async () => {
  const { send } = createAppHarness({ indices })
  const limits = await createTask(send)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodies, limits), body, async (path, json) => {
      const method = path === limits ? 'PATCH' : 'POST'
      const headers = { 'Content-Type': 'application/json' }
      await expectPlainWords(await send(path, { method, headers, body: JSON.stringify(json) }))
    }),
    { numRuns: 1_500 },
  )
})

test('no response to any query or header contains one either', async () => {
  const { send } = createAppHarness({ indices })
  // Not String: a value may have a member of the name toString.
  const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const text = fc.oneof(values.map(asText), fc.string())
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...queries), fc.dictionary(names, text), async (path, query) => {
      await expectPlainWords(await send(`${path}?${new URLSearchParams(query).toString()}`))
    }),
    { numRuns: 500 },
  )
  const ascii = fc.string({ unit: 'grapheme-ascii' })
  await fc.assert(
    fc.asyncProperty(ascii, ascii, async (key, event) => {
      const headers = { 'Idempotency-Key': key, 'Last-Event-ID': event, 'Content-Type': 'application/json' }
      await expectPlainWords(await send('/task', { method: 'POST', headers, body: '{}' }))
      await expectPlainWords(await send(`/task/${id}/events`, { headers }))
    }),
    { numRuns: 200 },
  )
})

test('the response to an unknown field or parameter lists the known ones', async () => {
  const { send, post } = createAppHarness({ indices })
  const query = (await (await send('/task?statsu=failed')).json()) as { detail: string }
  expect(query.detail).toMatch(/^\/query\/statsu is an unknown parameter; the parameters are .*status/)
  const none = (await (await send('/token?page=1')).json()) as { detail: string }
  expect(none.detail).toBe('/query/page is an unknown parameter; there are none')
  const task = (await (await post({ model: 'image', action: 'REINDEX', sufix: 'a' })).json()) as {
    detail: string
  }
  expect(task.detail).toMatch(/^\/sufix is an unknown field; the fields are .*index_suffix.*callback_url/)
})

async function createTask(send: ReturnType<typeof createAppHarness>['send']): Promise<string> {
  const response = await send('/task', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"model":"image","action":"REINDEX"}',
  })
  const { task_id } = (await response.json()) as { task_id: string }
  return `/task/${task_id}`
}
