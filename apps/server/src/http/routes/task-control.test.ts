import { scheduledTaskSchema, taskSchema } from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../../test/support/app-harness.ts'

const unknownId = '018f2b2e-7c1a-7000-8000-00000000ffff'

async function createTask(harness = createAppHarness()) {
  const response = await harness.post({ model: 'image', action: 'REINDEX', index_suffix: '20231106' })
  const { task_id } = scheduledTaskSchema.parse(await response.json())
  const call = (method: string, path = '', body?: unknown) =>
    harness.send(`/task/${task_id}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    })
  const claim = async () => await harness.store.claim(task_id, 'test', 60_000)
  async function fail() {
    const claimed = await claim()
    if (claimed.kind !== 'advance') throw new Error('expected to plan')
    await harness.store.fail(claimed.lease, { code: 'search_refused', title: 'no', detail: 'no' })
  }
  return { ...harness, task_id, call, claim, fail }
}

test('the history shows who created, limited, cancelled and retried a task, with the request id', async () => {
  const { send, store, post } = createAppHarness()
  const by = (who: string) => ({ 'Ingestion-Actor': who, 'X-Request-Id': `request-of-${who}` })
  const created = await post(
    { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
    '/task',
    by('ana'),
  )
  const { task_id } = scheduledTaskSchema.parse(await created.json())
  const call = (method: string, path: string, who: string, body: unknown = {}) =>
    send(`/task/${task_id}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...by(who) },
      body: JSON.stringify(body),
    })
  await call('PATCH', '', 'bo', { in_flight: 2 })
  await call('POST', '/cancel', 'cy')
  await call('POST', '/retry', 'di')
  const events = await store.events({ taskId: task_id, limit: 10 })
  expect(events.map(({ type, data }) => [type, data['requested_by'], data['request_id']])).toEqual([
    ['created', 'ana', 'request-of-ana'],
    ['limits_changed', 'bo', 'request-of-bo'],
    ['cancelled', 'cy', 'request-of-cy'],
    ['retried', 'di', 'request-of-di'],
  ])
})

describe('POST /task/{id}/cancel', () => {
  test('ends a task that never started immediately, and notifies the workers', async () => {
    const { call, task_id, notified } = await createTask()
    const response = await call('POST', '/cancel')
    expect(response.status).toBe(202)
    expect(response.headers.get('Location')).toBe(`/task/${task_id}`)
    expect(taskSchema.parse(await response.json())).toMatchObject({ status: 'cancelled', active: false })
    expect(notified).toEqual([task_id, task_id])
  })

  test('of a running task is accepted, and the task ends later', async () => {
    const { call, claim } = await createTask()
    await claim()
    const response = await call('POST', '/cancel', { keep_index: true })
    expect(response.headers.get('Retry-After')).toBe('1')
    const task = taskSchema.parse(await response.json())
    expect(task).toMatchObject({ status: 'running', phase: 'cancelling' })
    expect(task.cancel_requested_at).not.toBeNull()
    expect((await call('POST', '/cancel')).status).toBe(202)
  })

  test('of a task that has ended is refused', async () => {
    const { call, fail } = await createTask()
    await fail()
    const response = await call('POST', '/cancel')
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'task_state' })
  })

  test.each([
    [{ keep_index: 'yes' }, ['/keep_index']],
    [{ keep_index: null, keepIndex: true }, ['/keepIndex', '/keep_index']],
    [[], ['']],
  ])('refuses %j', async (body, pointers) => {
    const { call } = await createTask()
    const response = await call('POST', '/cancel', body)
    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as { errors: { pointer: string }[] }
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(pointers)
  })

  test('refuses a body that is not JSON, or not declared as JSON', async () => {
    const { call, send, task_id } = await createTask()
    expect((await call('POST', '/cancel', '{"keep_index":')).status).toBe(400)
    const untyped = { method: 'POST', body: new TextEncoder().encode('{"keep_index":true}') }
    expect((await send(`/task/${task_id}/cancel`, untyped)).status).toBe(415)
  })
})

describe('PATCH /task/{id}', () => {
  test('changes the limits that it names, removes those that it sets to null, and keeps the others', async () => {
    const { call } = await createTask()
    const limits = async (body: unknown) =>
      taskSchema.parse(await (await call('PATCH', '', body)).json()).limits
    expect(await limits({ documents_per_second: 500 })).toEqual({
      documents_per_second: 500,
      in_flight: null,
    })
    expect(await limits({ in_flight: 2 })).toEqual({ documents_per_second: 500, in_flight: 2 })
    expect(await limits({ documents_per_second: null })).toEqual({ documents_per_second: null, in_flight: 2 })
    expect(taskSchema.parse(await (await call('GET')).json()).limits.in_flight).toBe(2)
  })

  test.each([
    [{}, ['']],
    [{ documents_per_second: 0 }, ['/documents_per_second']],
    [{ documents_per_second: 1.5, in_flight: 65 }, ['/documents_per_second', '/in_flight']],
    [{ in_flight: '2' }, ['/in_flight']],
    [{ in_flight: 2, status: 'failed' }, ['/status']],
    ['', ['']],
  ])('refuses %j', async (body, pointers) => {
    const { call } = await createTask()
    const response = await call('PATCH', '', body)
    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as { errors: { pointer: string }[] }
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(pointers)
  })

  test('of a task that has ended is refused', async () => {
    const { call, fail } = await createTask()
    await fail()
    const response = await call('PATCH', '', { in_flight: 1 })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'task_state' })
  })
})

describe.each(['/retry', '/failed_documents/redrive'])('POST /task/{id}%s', (path) => {
  test('queues a failed task again', async () => {
    const { call, fail, task_id, notified } = await createTask()
    await fail()
    const response = await call('POST', path)
    expect(response.status).toBe(202)
    expect(response.headers.get('Location')).toBe(`/task/${task_id}`)
    expect(taskSchema.parse(await response.json())).toMatchObject({
      task_id,
      status: 'queued',
      active: true,
      attempt: 2,
      error: null,
    })
    expect(notified).toEqual([task_id, task_id])
  })

  test('refuses a task that is active', async () => {
    const { call, task_id, notified } = await createTask()
    const response = await call('POST', path)
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'task_state' })
    expect(notified).toEqual([task_id])
  })

  test('accepts only an empty object as body, because other content would be ignored', async () => {
    const { call, fail } = await createTask()
    await fail()
    const response = await call('POST', path, { keep_index: true })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/keep_index' }] })
    expect((await call('POST', path, {})).status).toBe(202)
  })
})

test('retries a cancelled task too', async () => {
  const { call } = await createTask()
  await call('POST', '/cancel')
  expect(taskSchema.parse(await (await call('POST', '/retry')).json())).toMatchObject({ status: 'queued' })
})

test.each([
  ['POST', '/cancel'],
  ['POST', '/retry'],
  ['POST', '/failed_documents/redrive'],
  ['GET', '/items'],
  ['GET', '/rates'],
  ['GET', '/callback'],
  ['GET', '/events'],
])('%s %s with an invalid task id is 404', async (method, path) => {
  const { send } = createAppHarness()
  for (const id of [unknownId, 'nonsense', '%00', '%ff', "'; drop table task;--"]) {
    const response = await send(`/task/${id}${path}`, { method })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'task_not_found' })
  }
})

test.each([
  ['POST', '/cancel'],
  ['POST', '/retry'],
  ['PATCH', ''],
  ['GET', ''],
  ['GET', '/rates'],
  ['GET', '/callback'],
  ['GET', '/items'],
])('%s %s refuses unknown parameters', async (method, path) => {
  const { call } = await createTask()
  const response = await call(
    method,
    `${path}?dry_run=true`,
    method === 'PATCH' ? { in_flight: 1 } : undefined,
  )
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ errors: [{ pointer: '/query/dry_run' }] })
})
