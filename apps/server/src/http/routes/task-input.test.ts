import { problemSchema } from '@ingestion-server/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAppHarness, postJson } from '../../../test/support/app-harness.ts'
import { textWith } from '../../../test/support/matchers.ts'
import { maxBodyBytes } from '../json-body.ts'

const { send, post, submitted } = createAppHarness()

async function readProblem(response: Response) {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  const problem = problemSchema.parse(await response.json())
  expect(problem).toMatchObject({
    status: response.status,
    type: `urn:ingestion-server:problem:${problem.code}`,
    request_id: response.headers.get('X-Request-Id'),
  })
  return problem
}

async function pointersOf(body: unknown): Promise<string[]> {
  const response = await post(body)
  const problem = await readProblem(response)
  expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
  return (problem.errors ?? []).map(({ pointer }) => pointer).toSorted()
}

describe('a body that is not JSON', () => {
  test.each([
    ['empty', ''],
    ['text', 'REINDEX'],
    ['cut off', '{"model":"image"'],
    ['with a comma too many', '{"model":"image",}'],
    ['a form', 'model=image&action=REINDEX'],
    ['two values', '{}{}'],
    ['NaN', '{"max_failed":NaN}'],
  ])('%s', async (_name, body) => {
    expect(await readProblem(await post(body))).toMatchObject({ status: 400, code: 'malformed_json' })
  })

  test('no body at all', async () => {
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
    expect(await readProblem(await send('/task', init))).toMatchObject({
      status: 400,
      code: 'malformed_json',
    })
  })

  test('JSON in an encoding other than UTF-8', async () => {
    const latin1 = Uint8Array.from('{"model":"imagé"}', (character) => character.charCodeAt(0))
    const problem = await readProblem(await send('/task', { ...postJson(''), body: latin1 }))
    expect(problem).toMatchObject({
      status: 400,
      code: 'malformed_json',
      detail: textWith('UTF-8'),
    })
  })
})

describe('a body that is JSON but not a task', () => {
  test.each([['null'], ['[]'], ['"REINDEX"'], ['5'], ['true'], ['[{"model":"image","action":"REINDEX"}]']])(
    '%s is refused as a whole',
    async (body) => expect(await pointersOf(body)).toEqual(['']),
  )

  test.each([
    ['nothing in it', {}, ['/action', '/model']],
    ['an unknown model', { model: 'video', action: 'REINDEX' }, ['/model']],
    ['an unknown action', { model: 'image', action: 'REINDEXX' }, ['/action']],
    ['a lower-case action', { model: 'image', action: 'reindex' }, ['/action']],
    ['an action named like a member of objects', { model: 'image', action: 'constructor' }, ['/action']],
    ['both unknown', { model: 'toString', action: '__proto__' }, ['/action', '/model']],
    ['both of wrong type', { model: ['image'], action: { REINDEX: true } }, ['/action', '/model']],
    ['an unknown field', { model: 'image', action: 'REINDEX', since_date: 'now' }, ['/since_date']],
    ['a field with a slash', { model: 'image', action: 'REINDEX', 'a/b~c': 1 }, ['/a~1b~0c']],
    ['a field of another action', { model: 'image', action: 'REINDEX', alias: 'image' }, ['/alias']],
    ['a dry_run that is not a boolean', { model: 'image', action: 'REINDEX', dry_run: 'true' }, ['/dry_run']],
    [
      'a callback_url that is not a web address',
      { model: 'image', action: 'REINDEX', callback_url: 'mailto:a@example.org' },
      ['/callback_url'],
    ],
    [
      'everything wrong',
      { model: 'video', action: 'REINDEX', index_suffix: 'A*', max_failed: -1, nope: 1, nor_this: 2 },
      ['/index_suffix', '/max_failed', '/model', '/nope', '/nor_this'],
    ],
    ['a fraction of a document', { model: 'image', action: 'REINDEX', max_failed: 0.5 }, ['/max_failed']],
    ['a number as text', { model: 'image', action: 'REINDEX', max_failed: '1' }, ['/max_failed']],
    ['null for a field', { model: 'image', action: 'REINDEX', index_suffix: null }, ['/index_suffix']],
    [
      'no destination',
      { model: 'image', action: 'CREATE_AND_POPULATE_FILTERED_INDEX' },
      ['/destination_index_suffix'],
    ],
    ['no alias', { model: 'image', action: 'POINT_ALIAS' }, ['/alias', '/index_suffix']],
    [
      "another model's alias",
      { model: 'image', action: 'POINT_ALIAS', index_suffix: 'a', alias: 'audio' },
      ['/alias'],
    ],
    ['no suffix to delete', { model: 'image', action: 'DELETE_INDEX' }, ['/index_suffix']],
  ])('%s', async (_name, body, pointers) => expect(await pointersOf(body)).toEqual(pointers))

  test('keys of prototypes have no effect, and duplicate keys are refused', async () => {
    const proto = await post(
      '{"model":"image","action":"REINDEX","__proto__":{"index_suffix":"x"},"toString":1}',
    )
    expect(proto.status).toBe(400)
    const twice = await post('{"model":"video","model":"image","action":"REINDEX","index_suffix":"twice"}')
    expect(twice.status).toBe(400)
    expect(await twice.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/model', detail: 'is given more than once' }],
    })
    expect(({} as Record<string, unknown>)['index_suffix']).toBeUndefined()
  })
})

describe('a suffix that OpenSearch could interpret', () => {
  test.each([
    'image*',
    '*',
    '?',
    'a,b',
    '_all',
    '-all',
    '.kibana',
    '+a',
    '20231106A',
    'ß',
    'é',
    'a b',
    ' a',
    'a\n',
    'a\u0000',
    'a\u007f',
    'a/b',
    'a\\b',
    'a|b',
    'a<b',
    'a"b',
    'a:b',
    'a#b',
    '..',
    '.',
    '',
    '\ud800',
    'a'.repeat(300),
  ])('%j', async (index_suffix) => {
    expect(await pointersOf({ model: 'image', action: 'REINDEX', index_suffix })).toContain('/index_suffix')
    expect(await pointersOf({ model: 'image', action: 'DELETE_INDEX', index_suffix })).toContain(
      '/index_suffix',
    )
  })

  test.each(['filtered', 'x-filtered', 'x-filtered-filtered'])(
    '%s, unless it only names an existing index',
    async (suffix) => {
      expect(await pointersOf({ model: 'image', action: 'REINDEX', index_suffix: suffix })).toEqual([
        '/index_suffix',
      ])
      expect(
        await pointersOf({
          model: 'image',
          action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
          destination_index_suffix: suffix,
          origin_index_suffix: suffix,
        }),
      ).toEqual(['/destination_index_suffix', '/origin_index_suffix'])
      expect((await post({ model: 'image', action: 'DELETE_INDEX', index_suffix: suffix })).status).toBe(202)
    },
  )
})

describe('the transfer of the body', () => {
  const valid = JSON.stringify({ model: 'audio', action: 'REINDEX' })

  test.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json2',
    'text/plain; application/json',
    'application/problem+json',
  ])('with Content-Type %s: 415', async (type) => {
    const headers = type === undefined ? undefined : { 'Content-Type': type }
    // Bytes, because a text would get a default content type.
    const init = { method: 'POST', body: new TextEncoder().encode(valid), ...(headers && { headers }) }
    expect(await readProblem(await send('/task', init))).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    })
  })

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset="UTF-8"'])(
    'with Content-Type %s: accepted',
    async (type) => {
      const init = { method: 'POST', body: valid, headers: { 'Content-Type': type } }
      expect((await send('/task', init)).status).toBe(202)
    },
  )

  test('compressed: 415', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
    expect((await send('/task', { method: 'POST', body: valid, headers })).status).toBe(415)
  })

  const padded = (bytes: number) => valid.padEnd(bytes)

  test('up to 64 KiB: accepted, and one byte more: 413', async () => {
    expect((await post(padded(maxBodyBytes))).status).toBe(202)
    const problem = await readProblem(await post(padded(maxBodyBytes + 1)))
    expect(problem).toMatchObject({ status: 413, code: 'body_too_large', max_body_bytes: maxBodyBytes })
  })

  test('in chunks without a length, over 64 KiB: 413 without reading the rest', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20))
      },
    })
    const response = await send('/task', { ...postJson(''), body, duplex: 'half' })
    expect((await readProblem(response)).code).toBe('body_too_large')
    expect(pulled).toBeLessThan(10)
  })

  test('with parameters, such as a misspelled dry_run: 400', async () => {
    const before = submitted.length
    const problem = await readProblem(await post(valid, '/task?dryrun=true&x=1'))
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/query/dryrun', '/query/x'])
    expect(submitted).toHaveLength(before)
  })
})

test('no body causes a 5xx, and a refused one creates no task', async () => {
  const field = fc.oneof(
    fc.constantFrom('image', 'audio', 'REINDEX', 'POINT_ALIAS', 'DELETE_INDEX', 'filtered', 'image-filtered'),
    fc.jsonValue(),
  )
  const nearlyValid = fc.record(
    {
      model: field,
      action: field,
      index_suffix: field,
      alias: field,
      max_failed: field,
      destination_index_suffix: field,
      __proto__: field,
    },
    { requiredKeys: [] },
  )
  const bodies = fc.oneof(
    nearlyValid.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 200 }),
  )
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const { send: sendTo, submitted: taken } = createAppHarness()
      const response = await sendTo('/task', { ...postJson(''), body })
      expect([202, 400]).toContain(response.status)
      expect(taken).toHaveLength(response.status === 202 ? 1 : 0)
      if (response.status === 400) await readProblem(response)
    }),
    { numRuns: 500 },
  )
})
