import { describe, expect, expectTypeOf } from 'vitest'
import { rejection, test } from '../test/client-test.ts'
import { problem, scheduledTask, succeededTask, taskId, taskPlan, wireTask } from '../test/wire.ts'
import {
  createClient,
  type ClientOptions,
  type DeleteIndexArguments,
  type FilteredIndexArguments,
  InvalidResponseError,
  type ModelName,
  type PointAliasArguments,
  type ReindexArguments,
  type Task,
  type TaskHandle,
  type TaskPlan,
} from './index.ts'

const scheduled = { status: 202, json: scheduledTask() }
const good = { json: succeededTask() }

describe('actions', () => {
  test('each send a request to /task and return a handle of the task', async ({ server, client }) => {
    server.play(scheduled, scheduled, scheduled, scheduled)
    const handle = await client.reindex({ model: 'image', indexSuffix: '20231106', maxFailed: 5 })
    await client.createFilteredIndex({
      model: 'audio',
      destinationIndexSuffix: 'b',
      originIndexSuffix: 'a',
    })
    await client.pointAlias({
      model: 'image',
      indexSuffix: '20231106',
      alias: 'image-filtered',
      allowUnfiltered: true,
      allowUnverified: false,
      allowShrink: true,
    })
    await client.deleteIndex({ model: 'video', indexSuffix: 'old' })

    expect(handle.id).toBe(taskId)
    expect(handle.task).toMatchObject({ taskId, status: 'queued', catchUp: { indexed: 0 } })
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(4).fill('POST /task'))
    expect(server.requests.map(({ body }) => body)).toEqual([
      { action: 'REINDEX', model: 'image', index_suffix: '20231106', max_failed: 5 },
      {
        action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
        model: 'audio',
        destination_index_suffix: 'b',
        origin_index_suffix: 'a',
      },
      {
        action: 'POINT_ALIAS',
        model: 'image',
        index_suffix: '20231106',
        alias: 'image-filtered',
        allow_unfiltered: true,
        allow_unverified: false,
        allow_shrink: true,
      },
      { action: 'DELETE_INDEX', model: 'video', index_suffix: 'old' },
    ])
  })

  test('omit an undefined argument', async ({ server, client }) => {
    server.play(scheduled)
    await client.reindex({ model: 'image', indexSuffix: undefined })
    expect(server.requests[0]?.body).toEqual({ action: 'REINDEX', model: 'image' })
  })

  test('accept the callback URL beside the arguments', async ({ server, client }) => {
    server.play(scheduled)
    await client.deleteIndex({ model: 'image', indexSuffix: 'a' }, { callbackUrl: 'https://example.org/end' })
    expect(server.requests[0]?.body).toEqual({
      action: 'DELETE_INDEX',
      model: 'image',
      index_suffix: 'a',
      callback_url: 'https://example.org/end',
    })
  })

  test('return a plan for a dry run, without an idempotency key', async ({ server, client }) => {
    server.play({ json: taskPlan() })
    const plan = await client.pointAlias(
      { model: 'image', indexSuffix: '20231106', alias: 'image' },
      { dryRun: true },
    )
    expectTypeOf(plan).toEqualTypeOf<TaskPlan>()
    expect(plan).toMatchObject({ dryRun: true, disk: { neededBytes: 5_000, freeBytes: 90_000 } })
    expect(server.requests[0]?.body).toEqual({
      action: 'POINT_ALIAS',
      model: 'image',
      index_suffix: '20231106',
      alias: 'image',
      dry_run: true,
    })
    expect(server.requests[0]?.headers).not.toHaveProperty('idempotency-key')
  })

  test('refuse a task in response to a dry run', async ({ server, client }) => {
    server.play(scheduled)
    const error = await rejection(client.reindex({ model: 'image' }, { dryRun: true }))
    expect(error).toBeInstanceOf(InvalidResponseError)
  })

  test('return a handle without a dry run', ({ client }) => {
    expectTypeOf(() => client.reindex({ model: 'image' })).returns.resolves.toEqualTypeOf<TaskHandle>()
    expectTypeOf(() =>
      client.reindex({ model: 'image' }, { dryRun: false }),
    ).returns.resolves.toEqualTypeOf<TaskHandle>()
    expectTypeOf(() =>
      client.reindex({ model: 'image' }, { dryRun: true }),
    ).returns.resolves.toEqualTypeOf<TaskPlan>()
  })

  test('have the names and types of the contract, in camelCase', () => {
    expectTypeOf<ReindexArguments>().toEqualTypeOf<{
      model: ModelName
      indexSuffix?: string | undefined
      maxFailed?: number | undefined
      verify?: 'ids' | 'documents' | undefined
      verifySample?: number | undefined
    }>()
    expectTypeOf<FilteredIndexArguments>().toEqualTypeOf<{
      model: ModelName
      destinationIndexSuffix: string
      originIndexSuffix?: string | undefined
    }>()
    expectTypeOf<DeleteIndexArguments>().toEqualTypeOf<{ model: ModelName; indexSuffix: string }>()
    expectTypeOf<keyof PointAliasArguments>().toEqualTypeOf<
      | 'model'
      | 'indexSuffix'
      | 'alias'
      | 'withFiltered'
      | 'filteredIndexSuffix'
      | 'allowUnfiltered'
      | 'allowUnverified'
      | 'allowShrink'
      | 'allowChanged'
    >()
    expectTypeOf<PointAliasArguments<'image'>['alias']>().toEqualTypeOf<'image' | 'image-filtered'>()
    expectTypeOf<Task['counts']['dropped']>().toEqualTypeOf<{
      deleted: number
      removedFromSource: number
      sensitive?: number | undefined
    }>()
    expectTypeOf<Task['waiting']>().extract<object>().toHaveProperty('nextAttemptAt')
    expectTypeOf<NonNullable<Task['error']>['code']>().toEqualTypeOf<string>()
  })

  test('do not compile with an alias of another model, and compile with one of an unknown model', ({
    client,
  }) => {
    // @ts-expect-error audio is not an alias of image
    void (() => client.pointAlias({ model: 'image', indexSuffix: 'a', alias: 'audio' }))
    void (() => client.pointAlias({ model: 'video', indexSuffix: 'a', alias: 'video-filtered' }))
    void ((model: string) => client.pointAlias({ model, indexSuffix: 'a', alias: `${model}-filtered` }))
    // @ts-expect-error the names of the wire are not accepted
    void (() => client.reindex({ model: 'image', index_suffix: 'a' }))
  })
})

describe('headers', () => {
  test('contain token, actor and idempotency key, and a JSON content type only with a body', async ({
    server,
    connect,
  }) => {
    server.play(scheduled, { json: succeededTask() })
    const client = connect({ token: 'secret-token', actor: 'ada@example.org' })
    const handle = await client.reindex({ model: 'image' }, { idempotencyKey: 'key-1' })
    await handle.refresh()

    const [post, get] = server.requests
    expect(post?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'ingestion-actor': 'ada@example.org',
      'idempotency-key': 'key-1',
      'content-type': 'application/json',
    })
    expect(get?.headers).toMatchObject({ authorization: 'Bearer secret-token' })
    expect(get?.headers).not.toHaveProperty('content-type')
    expect(get?.headers).not.toHaveProperty('idempotency-key')
  })

  test('contain a new idempotency key for each action, unless one is given', async ({ server, client }) => {
    server.play(scheduled, scheduled)
    await client.reindex({ model: 'image' })
    await client.reindex({ model: 'image' })
    const keys = server.requests.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect(keys[0]).not.toBe(keys[1])
  })

  test("can't contain an invalid idempotency key: nothing is sent", async ({ server, client }) => {
    const error = await rejection(client.reindex({ model: 'image' }, { idempotencyKey: 'line\nbreak' }))
    expect(error).toBeInstanceOf(TypeError)
    expect(server.requests).toEqual([])
  })

  test('contain the actor in any script, also for one call', async ({ server, connect }) => {
    server.play(...Array<typeof good>(3).fill(good))
    const client = connect({ actor: 'Zoë 100%' })
    await client.tasks.get(taskId)
    await client.tasks.get(taskId, { actor: 'ada@example.org' })
    await client.tasks.handle(taskId, { actor: '日本' })
    expect(server.requests.map(({ headers }) => headers['ingestion-actor'])).toEqual([
      'Zo%C3%AB 100%25',
      'ada@example.org',
      '%E6%97%A5%E6%9C%AC',
    ])
  })

  test('contain no Authorization without a token', async ({ server, client }) => {
    server.play({ json: wireTask() })
    await client.tasks.get(taskId)
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
  })
})

describe('baseUrl', () => {
  test.for(['', '/', '/search/ingestion', '/search/ingestion/', '/a%20b?x=1#y'])(
    'may end with %j',
    async (ending, { server, connect }) => {
      server.play({ json: wireTask() }, { json: { tasks: [], next_page_token: null } })
      const client = connect({ baseUrl: server.url + ending })
      await client.tasks.get(taskId)
      await client.tasks.list()
      const prefix = ending.replace(/\?.*|\/$/, '')
      expect(server.requests.map(({ url }) => url)).toEqual([`${prefix}/task/${taskId}`, `${prefix}/task`])
    },
  )

  test('can be a URL', async ({ server, connect }) => {
    server.play({ json: wireTask() })
    expect((await connect({ baseUrl: new URL(server.url) }).tasks.get(taskId)).taskId).toBe(taskId)
  })
})

describe('invalid options', () => {
  const wrong: Partial<ClientOptions>[] = [
    { baseUrl: 'localhost' },
    { baseUrl: '/relative' },
    { baseUrl: 'ftp://example.org' },
    { baseUrl: 'http://user:hunter2@example.org' },
    { token: '' },
    { token: 'hunter2\n' },
    { token: 'hunter2 ü' },
    { retries: -1 },
    { retries: NaN },
    { retries: 1.5 },
    { requestTimeoutMs: 0 },
    { requestTimeoutMs: Infinity },
    { requestTimeoutMs: NaN },
  ]
  test.for(wrong)('%o are refused by name, without the secret', (options) => {
    const [name = ''] = Object.keys(options)
    const create = () => createClient({ baseUrl: 'http://localhost', ...options })
    expect(create).toThrow(TypeError)
    expect(create).toThrow(new RegExp(`^${name} `))
    expect(create).not.toThrow(/hunter2/)
  })
})

describe('fetch', () => {
  test('can be replaced, and is called with the whole URL', async () => {
    const calls: string[] = []
    const client = createClient({
      baseUrl: 'http://example.test/x',
      async fetch(url, { method }) {
        calls.push(`${method} ${url}`)
        return Response.json(wireTask())
      },
    })
    await client.tasks.get(taskId)
    expect(calls).toEqual([`GET http://example.test/x/task/${taskId}`])
  })
})

describe('ids', () => {
  test.for(['', '..', 'a/b', 'a?b', 'ü'])(
    '%j is an invalid id: nothing is sent',
    async (id, { server, client }) => {
      expect(await rejection(client.tasks.get(id))).toBeInstanceOf(TypeError)
      expect(await rejection(client.tokens.revoke(id))).toBeInstanceOf(TypeError)
      expect(server.requests).toEqual([])
    },
  )
})

describe('an abort', () => {
  test('before the request sends nothing and throws the reason', async ({ server, client }) => {
    const reason = new Error('changed my mind')
    const signal = AbortSignal.abort(reason)
    expect(await rejection(client.reindex({ model: 'image' }, { signal }))).toBe(reason)
    expect(server.requests).toEqual([])
  })

  test('while the server does not respond throws the reason', async ({ server, client }) => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    server.play('hang')
    const rejected = rejection(client.reindex({ model: 'image' }, { signal: controller.signal }))
    await expect.poll(() => server.requests.length).toBe(1)
    controller.abort(reason)
    expect(await rejected).toBe(reason)
  })

  test('while waiting for a retry throws the reason', async ({ server, client, clock }) => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    server.play({ status: 503, json: problem(503, 'search_unavailable') })
    clock.duringSleep = () => controller.abort(reason)
    expect(await rejection(client.tasks.get(taskId, { signal: controller.signal }))).toBe(reason)
    expect(server.requests).toHaveLength(1)
  })
})
