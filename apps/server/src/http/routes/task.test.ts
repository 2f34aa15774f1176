import {
  DatabaseUnavailableError,
  failedDocumentPageSchema,
  IndexBusyError,
  IndexExistsError,
  scheduledTaskSchema,
  taskPageSchema,
  taskSchema,
  taskSummarySchema,
  type FailedDocument,
  type TaskStore,
  type TaskRecord,
} from '@ingestion-server/core'
import { createMemoryTaskStore } from '@ingestion-server/core/testing/memory-task-store.ts'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../../test/support/app-harness.ts'
import { createTaskRecord } from '../../../test/support/task-record.ts'

const unknownId = '018f2b2e-7c1a-7000-8000-00000000ffff'

async function failTask(store: ReturnType<typeof createAppHarness>['store'], taskId: string) {
  const claim = await store.claim(taskId, 'test', 1_000)
  if (claim.kind !== 'advance') throw new Error('expected to plan')
  await store.fail(claim.lease, { code: 'search_refused', title: 'Rejected by OpenSearch', detail: 'no' })
}

describe('POST /task', () => {
  test('responds immediately as clients of a Python ingestion server expect, and starts the work', async () => {
    const { post, notified, submitted } = createAppHarness()
    const response = await post({ model: 'image', action: 'REINDEX', index_suffix: '20231106' })
    const body = scheduledTaskSchema.parse(await response.json())
    expect(response.status).toBe(202)
    expect(response.headers.get('Location')).toBe(`/task/${body.task_id}`)
    expect(response.headers.get('Retry-After')).toBe('1')
    expect(body).toMatchObject({
      message: 'Successfully scheduled task',
      status_check: `http://localhost:8001/task/${body.task_id}`,
      task: { task_id: body.task_id, status: 'queued', active: true, progress: 0, index: 'image-20231106' },
    })
    expect(submitted).toEqual([{ model: 'image', action: 'REINDEX', index_suffix: '20231106' }])
    expect(notified).toEqual([body.task_id])
  })

  test('uses the public URL if one is set', async () => {
    const { post } = createAppHarness({ baseUrl: 'https://ingest.example.org/api' })
    const body = scheduledTaskSchema.parse(await (await post({ model: 'audio', action: 'REINDEX' })).json())
    expect(body.status_check).toBe(`https://ingest.example.org/api/task/${body.task_id}`)
  })

  test.each([
    [
      new IndexBusyError('image-a', unknownId),
      409,
      { code: 'index_busy', index: 'image-a', task_id: unknownId },
    ],
    [new IndexExistsError('image-a'), 409, { code: 'index_exists', index: 'image-a' }],
    [new DatabaseUnavailableError('the database is away'), 503, { code: 'database_unavailable' }],
  ])('answers %s with %i and starts nothing', async (error, status, problem) => {
    const { post, notified } = createAppHarness({ submit: () => Promise.reject(error) })
    const response = await post({ model: 'image', action: 'REINDEX' })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ ...problem, status, detail: error.message })
    expect(response.headers.get('Retry-After')).toBe(status === 503 ? '5' : null)
    expect(notified).toEqual([])
  })
})

describe('GET /task/{id}', () => {
  test('shows a task, sends Retry-After while it is active, and is never cached', async () => {
    const { post, send, store } = createAppHarness()
    const { task_id } = scheduledTaskSchema.parse(
      await (await post({ model: 'image', action: 'REINDEX' })).json(),
    )
    const active = await send(`/task/${task_id.toUpperCase()}`)
    expect(taskSchema.parse(await active.json())).toMatchObject({ task_id, active: true, error: null })
    expect(active.headers.get('Retry-After')).toBe('1')
    expect(active.headers.get('Cache-Control')).toBe('no-store')

    await failTask(store, task_id)
    const ended = await send(`/task/${task_id}`)
    expect(taskSchema.parse(await ended.json())).toMatchObject({
      active: false,
      status: 'failed',
      error: { code: 'search_refused' },
    })
    expect(ended.headers.get('Retry-After')).toBeNull()
    expect(ended.headers.get('Cache-Control')).toBe('no-store')
  })

  test.each([unknownId, 'nonsense', '1', '%00', '%ff', "'; drop table task;--"])(
    'of %s is 404',
    async (id) => {
      const { send } = createAppHarness()
      for (const path of [`/task/${id}`, `/task/${id}/failed_documents`]) {
        const response = await send(path)
        expect(response.status).toBe(404)
        expect(await response.json()).toMatchObject({ code: 'task_not_found' })
      }
      expect((await send(`/task/${id}/retry`, { method: 'POST' })).status).toBe(404)
    },
  )
})

describe('GET /task', () => {
  async function createHistory() {
    const harness = createAppHarness()
    for (let n = 1; n <= 7; n++) {
      const model = n % 2 === 0 ? 'audio' : 'image'
      await harness.post({ model, action: 'REINDEX', index_suffix: `gen-${n}` })
    }
    const list = async (query: string) =>
      taskPageSchema.parse(await (await harness.send(`/task${query}`)).json())
    return { ...harness, list }
  }

  test('returns all tasks in pages, newest first, each exactly once', async () => {
    const { list } = await createHistory()
    const seen: string[] = []
    let token: string | null = ''
    let pages = 0
    while (token !== null) {
      const page = await list(`?page_size=3${token === '' ? '' : `&page_token=${encodeURIComponent(token)}`}`)
      seen.push(...page.tasks.map(({ index }) => index ?? ''))
      token = page.next_page_token
      pages++
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `${n % 2 === 0 ? 'audio' : 'image'}-gen-${n}`))
    expect(pages).toBe(3)
  })

  test('filters by model, action, status and index together', async () => {
    const { list } = await createHistory()
    expect((await list('?model=audio&action=REINDEX&status=queued')).tasks).toHaveLength(3)
    expect((await list('?model=audio&index=audio-gen-2')).tasks).toHaveLength(1)
    expect((await list('?status=failed')).tasks).toEqual([])
  })

  test('searches, takes several values of a filter, and sorts', async () => {
    const { list } = await createHistory()
    const names = async (query: string) => (await list(query)).tasks.map(({ index }) => index)
    expect(await names('?q=GEN-3')).toEqual(['image-gen-3'])
    expect(await names('?q=')).toHaveLength(7)
    expect(await names('?model=audio&model=image&status=queued&status=failed')).toHaveLength(7)
    const [first, second] = await names('?sort=oldest&page_size=2')
    expect([first, second]).toEqual(['image-gen-1', 'audio-gen-2'])
    const { created_at } = (await list('?q=gen-4')).tasks[0] ?? {}
    expect(await names(`?created_after=${created_at}&created_before=2026-11-24T09:00:00%2B02:00`)).toEqual([
      'image-gen-7',
      'audio-gen-6',
      'image-gen-5',
      'audio-gen-4',
    ])
  })

  test('filters by the time of the end, of tasks that have ended', async () => {
    const { list, send, store } = await createHistory()
    const { task_id } = (await list('?index=image-gen-3')).tasks[0] ?? {}
    await failTask(store, task_id ?? '')
    const end = (await store.get(task_id ?? ''))?.finishedAt ?? ''
    const later = new Date(Date.parse(end) + 1).toISOString()
    for (const [query, found] of [
      [`finished_after=${end}&finished_before=${later}`, 1],
      [`finished_after=${later}`, 0],
      [`finished_before=${end}`, 0],
    ] as const) {
      expect((await list(`?${query}`)).tasks, query).toHaveLength(found)
      const { counts } = taskSummarySchema.parse(await (await send(`/task/summary?${query}`)).json())
      expect(counts, query).toEqual({ queued: 0, running: 0, succeeded: 0, failed: found, cancelled: 0 })
    }
  })

  test('sums up the tasks that match, by status and by error', async () => {
    const { list, send, store } = await createHistory()
    const { task_id } = (await list('?index=image-gen-3')).tasks[0] ?? {}
    await failTask(store, task_id ?? '')
    const summary = await send('/task/summary?model=image&status=succeeded')
    expect(summary.headers.get('Cache-Control')).toBe('no-store')
    expect(taskSummarySchema.parse(await summary.json())).toMatchObject({
      counts: { queued: 3, running: 0, succeeded: 0, failed: 1, cancelled: 0 },
      failures: [{ code: 'search_refused', count: 1, latest_task_id: task_id }],
      durations: [],
    })
  })

  test.each([
    ['page_size=0&status=done&action=X&nope=1', ['/action', '/nope', '/page_size', '/status']],
    ['page_size=501', ['/page_size']],
    ['page_size=1&page_size=2&q=a&q=b', ['/page_size', '/q']],
    ['status=queued&status=done&status=x', ['/status', '/status']],
    [
      `q=${'a'.repeat(201)}&sort=random&created_after=yesterday&finished_before=1`,
      ['/created_after', '/finished_before', '/q', '/sort'],
    ],
    ['page_size=ten', ['/page_size']],
    ['page_size=0x10', ['/page_size']],
    ['page_size=1e1', ['/page_size']],
    ['page_size=%2010', ['/page_size']],
    ['page_size=', ['/page_size']],
    ['index=a&index=b', ['/index']],
    ['index=%00', ['/index']],
    ['a%2Fb=1&__proto__=1', ['/__proto__', '/a~1b']],
  ])('refuses ?%s and names every violation', async (query, pointers) => {
    const { send } = createAppHarness()
    const response = await send(`/task?${query}`)
    const problem = (await response.json()) as { code: string; errors: { pointer: string }[] }
    expect(response.status).toBe(400)
    expect(problem.code).toBe('invalid_request')
    expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual(pointers.map((p) => `/query${p}`))
  })

  test.each(['', 'x', 'bm90IGEgdG9rZW4', '%F0%9F%99%82', "' or 1=1"])(
    'refuses the page token "%s"',
    async (token) => {
      const { send } = createAppHarness()
      const response = await send(`/task?page_token=${token}`)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'page_token' })
    },
  )
})

describe('GET /task/{id}/failed_documents', () => {
  const documents = [1, 2, 3, 4, 5].map((id): FailedDocument => ({
    id: String(id),
    status: 400,
    reason: 'mapper_parsing_exception',
    body: '{}',
    body_bytes: 2,
    body_truncated: false,
    failed_at: '2026-11-24T04:00:00.000Z',
    resolved_at: null,
  }))
  const record = createTaskRecord({ status: 'failed' })

  function createHarness() {
    return createAppHarness({
      store: {
        ...createAppHarness().store,
        get: async () => record,
        failedDocuments: async (_id, { after = '0', limit }) =>
          documents.filter(({ id }) => Number(id) > Number(after)).slice(0, limit),
      },
    })
  }

  test('returns all of them in pages by id', async () => {
    const { send } = createHarness()
    const seen: string[][] = []
    let token: string | null = '0'
    while (token !== null) {
      const response = await send(`/task/${record.id}/failed_documents?page_size=2&page_token=${token}`)
      const page = failedDocumentPageSchema.parse(await response.json())
      seen.push(page.failed_documents.map(({ id }) => id))
      token = page.next_page_token
    }
    expect(seen).toEqual([['1', '2'], ['3', '4'], ['5']])
  })

  test('returns the beginning of each body, and all of it on request', async () => {
    const store = createMemoryTaskStore()
    const { id } = await failWith(store, { 1: 3_000_000, 2: 3_000_000, 3: 100, 4: 3_000_000 })
    const { send } = createAppHarness({ store })
    const read = async (query: string) =>
      failedDocumentPageSchema.parse(await (await send(`/task/${id}/failed_documents${query}`)).json())

    const short = await read('')
    expect(short.next_page_token).toBeNull()
    expect(
      short.failed_documents.map((each) => [each.body.length, each.body_bytes, each.body_truncated]),
    ).toEqual([
      [2_000, 3_000_000, true],
      [2_000, 3_000_000, true],
      [100, 100, false],
      [2_000, 3_000_000, true],
    ])
    // A page holds some megabytes at most; the first body is on it at any length.
    const pages: [string, number][][] = []
    for (let token: string | null = ''; token !== null;) {
      const page = await read(`?body=full${token && `&page_token=${token}`}`)
      pages.push(page.failed_documents.map((each) => [each.id, each.body.length]))
      token = page.next_page_token
    }
    expect(pages).toEqual([
      [['1', 3_000_000]],
      [
        ['2', 3_000_000],
        ['3', 100],
      ],
      [['4', 3_000_000]],
    ])
  })

  test('has no next page after a page that is exactly full', async () => {
    const response = await createHarness().send(`/task/${record.id}/failed_documents?page_size=5`)
    const page = failedDocumentPageSchema.parse(await response.json())
    expect(page.failed_documents).toHaveLength(5)
    expect(page.next_page_token).toBeNull()
  })

  test.each([
    'page_token=x',
    'page_token=9223372036854775808',
    'page_size=0',
    'resolved=maybe',
    'body=half',
    'after=3',
  ])('refuses ?%s', async (query) => {
    const response = await createHarness().send(`/task/${record.id}/failed_documents?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      errors: [{ pointer: `/query/${query.split('=')[0] ?? ''}` }],
    })
  })
})

/** A task with failed documents whose bodies have the given sizes in bytes, by their ids. */
async function failWith(store: TaskStore, bytesOf: Record<string, number>): Promise<TaskRecord> {
  const request = { model: 'image', action: 'REINDEX' } as const
  const task = await store.create({ ...request, request, index: 'image-a', reserve: [] })
  const planning = await store.claim(task.id, 'worker', 60_000)
  if (planning.kind !== 'advance') throw new Error('a new task has no items')
  await store.advance(planning.lease, { kind: 'phase', phase: 'loading', items: [{ payload: null }] })
  const item = await store.claim(task.id, 'worker', 60_000)
  if (item.kind !== 'item') throw new Error('the item is free')
  const failed = Object.entries(bytesOf).map(([id, bytes]) => {
    return { id, status: 400, reason: 'refused', body: 'x'.repeat(bytes) }
  })
  await store.saveProgress(item.lease, { checkpoint: null, failed })
  return task
}
