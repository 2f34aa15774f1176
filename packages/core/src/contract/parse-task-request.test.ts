import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTaskRequestParser } from './parse-task-request.ts'

const parse = createTaskRequestParser(['image', 'audio'])
const pointers = (body: unknown) => {
  const parsed = parse(body)
  return parsed.ok ? [] : parsed.errors.map(({ pointer }) => pointer).sort()
}

test.each([
  { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
  { model: 'audio', action: 'REINDEX' },
  { model: 'image', action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: '20231106' },
  { model: 'image', action: 'POINT_ALIAS', index_suffix: '20231106-filtered', alias: 'image-filtered' },
  { model: 'image', action: 'DELETE_INDEX', index_suffix: '20231106-filtered' },
])('takes $action', (body) => {
  expect(parse(body)).toEqual({ ok: true, request: body, options: {} })
})

test('separates the options from the task', () => {
  const request = { model: 'image', action: 'REINDEX' }
  const options = { dry_run: true, callback_url: 'https://example.org/done?x=1' }
  expect(parse({ ...request, ...options })).toEqual({ ok: true, request, options })
})

test.each([
  'example.org',
  'ftp://example.org/',
  'file:///etc/passwd',
  'https://user:secret@example.org/',
  `https://example.org/${'x'.repeat(2_048)}`,
  '',
  1,
  'https://example.org/\0',
  'https://example.org/a\r\nHost: evil',
  ' https://example.org/',
  'https://exam\tple.org/',
  'https://example.org/a b',
  'https://example.org/\ud800',
  'https://example.org/\u202egpj.exe',
])('refuses %j as callback_url, together with all else that is wrong', (callback_url) => {
  const body = { model: 'video', action: 'REINDEX', dry_run: 'yes', callback_url }
  expect(pointers(body)).toEqual(['/callback_url', '/dry_run', '/model'])
})

test('names everything that is wrong at once', () => {
  const body = { model: 'video', action: 'REINDEX', index_suffix: 'A*', max_failed: -1, extra: 1, 'a/b~c': 2 }
  expect(pointers(body)).toEqual(['/a~1b~0c', '/extra', '/index_suffix', '/max_failed', '/model'])
  expect(pointers({ model: 'video', action: 'reindex' })).toEqual(['/action', '/model'])
  expect(pointers({})).toEqual(['/action', '/model'])
  expect(pointers([])).toEqual([''])
  expect(pointers({ model: 'image', action: 'POINT_ALIAS', index_suffix: 1, alias: 'x', oops: 1 })).toEqual([
    '/alias',
    '/index_suffix',
    '/oops',
  ])
})

test.each([
  { verify: 'ids' },
  { verify: 'documents' },
  { verify_sample: 0.000_001 },
  { verify: 'ids', verify_sample: 1 },
])('takes %j as the depth of a verification', (depth) => {
  expect(pointers({ model: 'image', action: 'REINDEX', ...depth })).toEqual([])
})

test.each([
  { verify_sample: 0 },
  { verify_sample: 1.1 },
  { verify_sample: '0.1' },
  { verify: 'all' },
  { verify: null },
])('refuses %j as the depth of a verification', (depth) => {
  expect(pointers({ model: 'image', action: 'REINDEX', ...depth })).toEqual([`/${Object.keys(depth)[0]}`])
  expect(pointers({ model: 'image', action: 'DELETE_INDEX', index_suffix: 'a', ...depth })).toEqual([
    `/${Object.keys(depth)[0]}`,
  ])
})

test.each([
  '',
  '*',
  'a*',
  'a,b',
  '_all',
  '-a',
  '.a',
  'A',
  'é',
  'a b',
  'a\u0000',
  'a\n',
  'a/b',
  'a\\b',
  'a#b',
  'a:b',
  '<a>',
  'a'.repeat(256),
  'filtered',
  'x-filtered',
])('refuses to build an index with the suffix %j', (suffix) => {
  expect(pointers({ model: 'image', action: 'REINDEX', index_suffix: suffix })).toEqual(['/index_suffix'])
})

test.each([
  [[], '', 'must be an object'],
  [{ action: 'REINDEX' }, '/model', 'is missing; it must be one of "image", "audio"'],
  [{ model: 'video', action: 'REINDEX' }, '/model', 'must be one of "image", "audio"'],
  [{ model: 'image', action: 'REINDEX', max_failed: '1' }, '/max_failed', 'must be a number'],
  [{ model: 'image', action: 'REINDEX', max_failed: 1.5 }, '/max_failed', 'must be a whole number'],
  [{ model: 'image', action: 'REINDEX', max_failed: -1 }, '/max_failed', 'must be at least 0'],
  [{ model: 'image', action: 'REINDEX', max_failed: 10_001 }, '/max_failed', 'must be at most 10000'],
  [{ model: 'image', action: 'DELETE_INDEX' }, '/index_suffix', 'is missing'],
])('says of %j what %s must be', (body, pointer, detail) => {
  expect(parse(body)).toEqual({ ok: false, errors: [{ pointer, detail }] })
})

test('a pair is requested by the alias of the model, and only a pair names a copy', () => {
  const request = { model: 'image', action: 'POINT_ALIAS', index_suffix: 'a', alias: 'image' }
  const copy = { filtered_index_suffix: 'b-filtered' }
  expect(pointers({ ...request, ...copy, with_filtered: true })).toEqual([])
  expect(pointers({ ...request, alias: 'image-filtered', with_filtered: true })).toEqual(['/alias'])
  for (const without of [{}, { with_filtered: false }]) {
    expect(pointers({ ...request, ...copy, ...without })).toEqual(['/filtered_index_suffix'])
  }
})

test('an alias of another model is refused', () => {
  expect(pointers({ model: 'image', action: 'POINT_ALIAS', index_suffix: 'a', alias: 'audio' })).toEqual([
    '/alias',
  ])
})

test('any body is either taken or refused with a reason, and none throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.object({ key: fc.constantFrom('model', 'action', 'index_suffix', '__proto__', 'constructor') }),
      ),
      (body) => {
        const parsed = parse(body)
        if (!parsed.ok) expect(parsed.errors.length).toBeGreaterThan(0)
      },
    ),
  )
})
