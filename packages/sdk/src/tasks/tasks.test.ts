import { describe, expect } from 'vitest'
import { rejection, test } from '../../test/client-test.ts'
import {
  failedDocument,
  failedTask,
  problem,
  scheduledTask,
  succeededTask,
  taskId,
  taskItem,
  wireTask,
} from '../../test/wire.ts'
import {
  ConflictError,
  InvalidResponseError,
  NotFoundError,
  type FailedDocument,
  type Task,
} from '../index.ts'

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

function page(ids: readonly string[], next_page_token: string | null) {
  return { json: { tasks: ids.map((task_id) => wireTask({ task_id })), next_page_token } }
}

describe('tasks', () => {
  test('are read with all names in camelCase', async ({ server, client }) => {
    server.play({ json: wireTask({ requested_by: 'ada', as_of: '2026-11-24T00:00:00.000Z' }) })
    expect(await client.tasks.get(taskId)).toMatchObject({
      taskId,
      requestedBy: 'ada',
      asOf: '2026-11-24T00:00:00.000Z',
      etaSeconds: 3,
      counts: { dropped: { removedFromSource: 0 } },
      links: { failedDocuments: `/task/${taskId}/failed_documents` },
    })
  })

  test('are listed with the filter in the query', async ({ server, client }) => {
    server.play(page(['a'], 'next/+?&'))
    const found = await client.tasks.list({
      model: 'image',
      action: 'REINDEX',
      status: 'failed',
      index: 'image-ä b',
      pageSize: 1,
      pageToken: undefined,
    })
    expect(found.tasks.map((task) => task.taskId)).toEqual(['a'])
    expect(found.nextPageToken).toBe('next/+?&')
    const query = new URL(server.requests[0]?.url ?? '', server.url).searchParams
    expect(Object.fromEntries(query)).toEqual({
      model: 'image',
      action: 'REINDEX',
      status: 'failed',
      index: 'image-ä b',
      page_size: '1',
    })
  })

  test('are searched with several values of a filter', async ({ server, client }) => {
    server.play(page([], null))
    await client.tasks.list({ q: 'a b', status: ['failed', 'cancelled'], model: 'image', sort: 'longest' })
    expect(server.requests[0]?.url).toBe(
      '/task?q=a+b&status=failed&status=cancelled&model=image&sort=longest',
    )
  })

  test('are counted', async ({ server, client }) => {
    const failure = { code: 'search_refused', count: 2, latest_at: '2026-11-24T00:00:05.000Z' }
    server.play({
      json: {
        counts: { queued: 0, running: 1, succeeded: 90, failed: 2, cancelled: 3 },
        failures: [{ ...failure, latest_task_id: taskId }],
        durations: [{ model: 'image', action: 'REINDEX', median_seconds: 412.5, count: 30 }],
      },
    })
    expect(
      await client.tasks.summary({
        errorCode: ['a', 'b'],
        createdAfter: '2026-11-24T00:00:00Z',
        finishedBefore: '2026-11-25T00:00:00Z',
      }),
    ).toEqual({
      counts: { queued: 0, running: 1, succeeded: 90, failed: 2, cancelled: 3 },
      failures: [{ code: 'search_refused', count: 2, latestTaskId: taskId, latestAt: failure.latest_at }],
      durations: [{ model: 'image', action: 'REINDEX', medianSeconds: 412.5, count: 30 }],
    })
    expect(server.requests[0]?.url).toBe(
      '/task/summary?error_code=a&error_code=b&created_after=2026-11-24T00%3A00%3A00Z&finished_before=2026-11-25T00%3A00%3A00Z',
    )
  })

  test('are read page after page with the same filter', async ({ server, client }) => {
    server.play(page(['a', 'b'], 'p/2'), page([], 'p3'), page(['c'], null))
    const tasks = await collect<Task>(client.tasks.iterate({ status: 'queued', pageSize: 2 }))
    expect(tasks.map((task) => task.taskId)).toEqual(['a', 'b', 'c'])
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/task?status=queued&page_size=2',
      '/task?status=queued&page_size=2&page_token=p%2F2',
      '/task?status=queued&page_size=2&page_token=p3',
    ])
  })

  test('are read from a given page on, and no page is requested in advance', async ({ server, client }) => {
    server.play(page(['b', 'c'], 'p3'))
    for await (const { taskId } of client.tasks.iterate({ pageToken: 'p2' })) {
      expect(taskId).toBe('b')
      break
    }
    expect(server.requests.map(({ url }) => url)).toEqual(['/task?page_token=p2'])
  })

  test('are not read from an unexpected response', async ({ server, client }) => {
    server.play({ json: [wireTask()] }, { json: { tasks: [] } })
    expect(await rejection(client.tasks.list())).toBeInstanceOf(InvalidResponseError)
    expect(await rejection(client.tasks.list())).toBeInstanceOf(InvalidResponseError)
  })

  test('are opened by id, or fail if unknown', async ({ server, client }) => {
    server.play({ json: succeededTask() }, { status: 404, json: problem(404, 'task_not_found') })
    const handle = await client.tasks.handle(taskId)
    expect(handle.task.status).toBe('succeeded')
    expect(await rejection(client.tasks.handle(taskId))).toBeInstanceOf(NotFoundError)
  })
})

describe('a handle', () => {
  test('has the last known state of the task', async ({ server, client }) => {
    server.play(
      { status: 202, json: scheduledTask() },
      { json: wireTask({ progress: 50 }) },
      { json: succeededTask() },
    )
    const handle = await client.reindex({ model: 'image' })
    expect(handle.task.progress).toBe(0)
    expect((await handle.refresh()).progress).toBe(50)
    expect(handle.task.progress).toBe(50)
    await handle.wait({ stream: false })
    expect(handle.task.progress).toBe(100)
  })

  test('retries a failed task and then waits for the new attempt', async ({ server, client }) => {
    server.play(
      { json: failedTask() },
      { status: 202, json: wireTask({ attempt: 2 }) },
      { json: succeededTask() },
    )
    const handle = await client.tasks.handle(taskId)
    expect((await handle.retry()).attempt).toBe(2)
    expect(handle.task.attempt).toBe(2)
    expect((await handle.wait({ stream: false })).status).toBe('succeeded')
    expect(server.requests[1]).toMatchObject({ method: 'POST', url: `/task/${taskId}/retry`, body: {} })
  })

  test("fails if a task can't be retried", async ({ server, client }) => {
    server.play({ json: wireTask() }, { status: 409, json: problem(409, 'task_state') })
    const handle = await client.tasks.handle(taskId)
    expect(await rejection(handle.retry())).toBeInstanceOf(ConflictError)
  })

  test('reads failed documents page by page', async ({ server, client }) => {
    server.play(
      { json: failedTask() },
      { json: { failed_documents: [failedDocument('1'), failedDocument('2')], next_page_token: '2' } },
      { json: { failed_documents: [failedDocument('7')], next_page_token: null } },
    )
    const handle = await client.tasks.handle(taskId)
    const documents = await collect<FailedDocument>(handle.failedDocuments())
    expect(documents.map(({ id, failedAt }) => [id, failedAt])).toEqual(
      ['1', '2', '7'].map((id) => [id, '2026-11-24T00:00:02.000Z']),
    )
    expect(server.requests.slice(1).map(({ url }) => url)).toEqual([
      `/task/${taskId}/failed_documents`,
      `/task/${taskId}/failed_documents?page_token=2`,
    ])
  })

  test('reads resolved failed documents on request', async ({ server, client }) => {
    server.play({ json: failedTask() }, { json: { failed_documents: [], next_page_token: null } })
    const handle = await client.tasks.handle(taskId)
    expect(await collect(handle.failedDocuments({ resolved: true, body: 'full' }))).toEqual([])
    expect(server.requests[1]?.url).toBe(`/task/${taskId}/failed_documents?resolved=true&body=full`)
  })

  test('changes its task, and then has the new state', async ({ server, client }) => {
    const cancelling = { status: 202, json: wireTask({ phase: 'cancelling' }) }
    server.play({ json: wireTask() }, cancelling, cancelling, { json: wireTask({ rate: 10 }) }, cancelling)
    const handle = await client.tasks.handle(taskId)
    expect((await handle.cancel()).phase).toBe('cancelling')
    expect(handle.task.phase).toBe('cancelling')
    await handle.cancel({ keepIndex: true })
    expect(await handle.setLimits({ documentsPerSecond: 10, inFlight: null })).toMatchObject({ rate: 10 })
    await handle.redrive()
    expect(server.requests.slice(1).map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', `/task/${taskId}/cancel`, {}],
      ['POST', `/task/${taskId}/cancel`, { keep_index: true }],
      ['PATCH', `/task/${taskId}`, { documents_per_second: 10, in_flight: null }],
      ['POST', `/task/${taskId}/failed_documents/redrive`, {}],
    ])
  })

  test('reads the state of its webhook', async ({ server, client }) => {
    const callback = {
      ...{ url: 'https://example.org/done', state: 'retrying', tries: 2, answer_status: null },
      ...{ error: 'the webhook to example.org was not delivered: it responded with 503' },
      ...{ last_try_at: '2026-11-24T00:00:00.000Z', next_try_at: '2026-11-24T00:01:00.000Z' },
    }
    server.play({ json: wireTask() }, { json: callback })
    const handle = await client.tasks.handle(taskId)
    expect(await handle.callback()).toMatchObject({
      state: 'retrying',
      tries: 2,
      nextTryAt: '2026-11-24T00:01:00.000Z',
    })
    expect(server.requests.at(-1)?.url).toBe(`/task/${taskId}/callback`)
  })

  test('reads its work items page by page, and its rates', async ({ server, client }) => {
    const rates = [{ at: '2026-11-24T00:00:00.000Z', seconds: 5, documents: 100 }]
    server.play(
      { json: wireTask() },
      { json: { items: [taskItem(0), taskItem(1)], next_page_token: 'p2' } },
      { json: { items: [taskItem(2)], next_page_token: null } },
      { json: { rates } },
    )
    const handle = await client.tasks.handle(taskId)
    const items = await collect(handle.items())
    expect(items.map(({ ordinal, range }) => [ordinal, range?.end])).toEqual([
      [0, 1_000],
      [1, 2_000],
      [2, 3_000],
    ])
    expect(await handle.rates()).toEqual({ rates })
    expect(server.requests.slice(1).map(({ url }) => url)).toEqual([
      `/task/${taskId}/items`,
      `/task/${taskId}/items?page_token=p2`,
      `/task/${taskId}/rates`,
    ])
  })
})
