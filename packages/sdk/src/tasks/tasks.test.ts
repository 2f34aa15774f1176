import { describe, expect } from 'vitest'
import { rejection, test } from '../../test/client-test.ts'
import {
  failedDocument,
  failedTask,
  problem,
  scheduledTask,
  succeededTask,
  taskId,
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
  test('one is read with all its names in camelCase', async ({ server, client }) => {
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

  test('a page is asked for with the filter in the query', async ({ server, client }) => {
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

  test('all pages are read one after the other, with the same filter', async ({ server, client }) => {
    server.play(page(['a', 'b'], 'p/2'), page([], 'p3'), page(['c'], null))
    const tasks = await collect<Task>(client.tasks.iterate({ status: 'queued', pageSize: 2 }))
    expect(tasks.map((task) => task.taskId)).toEqual(['a', 'b', 'c'])
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/task?status=queued&page_size=2',
      '/task?status=queued&page_size=2&page_token=p%2F2',
      '/task?status=queued&page_size=2&page_token=p3',
    ])
  })

  test('iteration can begin at a page, and asks for no page more than is read', async ({
    server,
    client,
  }) => {
    server.play(page(['b', 'c'], 'p3'))
    for await (const { taskId } of client.tasks.iterate({ pageToken: 'p2' })) {
      expect(taskId).toBe('b')
      break
    }
    expect(server.requests.map(({ url }) => url)).toEqual(['/task?page_token=p2'])
  })

  test('something else than a page is refused', async ({ server, client }) => {
    server.play({ json: [wireTask()] }, { json: { tasks: [] } })
    expect(await rejection(client.tasks.list())).toBeInstanceOf(InvalidResponseError)
    expect(await rejection(client.tasks.list())).toBeInstanceOf(InvalidResponseError)
  })

  test('a handle is made of an id, or says that there is no such task', async ({ server, client }) => {
    server.play({ json: succeededTask() }, { status: 404, json: problem(404, 'task_not_found') })
    const handle = await client.tasks.handle(taskId)
    expect(handle.task.status).toBe('succeeded')
    expect(await rejection(client.tasks.handle(taskId))).toBeInstanceOf(NotFoundError)
  })

  test('one is retried by its id', async ({ server, client }) => {
    server.play({ status: 202, json: scheduledTask() }, { json: wireTask({ attempt: 2 }) })
    const handle = await client.tasks.retry(taskId)
    expect(handle.task.attempt).toBe(2)
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /task/${taskId}/retry`,
      `GET /task/${taskId}`,
    ])
    expect(server.requests[0]).toMatchObject({ body: {}, headers: { 'content-type': 'application/json' } })
  })
})

describe('a handle', () => {
  test('knows the task as it was last seen', async ({ server, client }) => {
    server.play(
      { status: 202, json: scheduledTask() },
      { json: wireTask({ progress: 50 }) },
      { json: succeededTask() },
    )
    const handle = await client.reindex({ model: 'image' })
    expect(handle.task.progress).toBe(0)
    expect((await handle.refresh()).progress).toBe(50)
    expect(handle.task.progress).toBe(50)
    await handle.wait()
    expect(handle.task.progress).toBe(100)
  })

  test('retries a failed task and then waits for the new attempt', async ({ server, client }) => {
    server.play(
      { json: failedTask() },
      { status: 202, json: scheduledTask() },
      { json: wireTask({ attempt: 2 }) },
    )
    server.play({ json: succeededTask() })
    const handle = await client.tasks.handle(taskId)
    expect((await handle.retry()).attempt).toBe(2)
    expect(handle.task.attempt).toBe(2)
    expect((await handle.wait()).status).toBe('succeeded')
  })

  test('says when a task can not be retried', async ({ server, client }) => {
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
})
