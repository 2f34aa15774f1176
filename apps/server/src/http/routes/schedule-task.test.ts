import { scheduledTaskSchema, taskPlanSchema, taskSchema } from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createAppHarness, createPlan, noIndices } from '../../../test/support/app-harness.ts'
import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { WebhookForbiddenError } from '../../webhooks/webhook-errors.ts'

const reindex = { model: 'image', action: 'REINDEX', index_suffix: '20231106' }

describe('a dry run', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['dry_run in the query', '/task?dry_run=true', {}],
    ['dry_run in the body', '/task', { dry_run: true }],
    ['dry_run only in the body', '/task?dry_run=false', { dry_run: true }],
  ])('requested with %s returns the plan and starts nothing', async (_name, path, body) => {
    const { post, submitted, notified } = createAppHarness()
    const response = await post({ ...reindex, ...body }, path)
    expect(response.status).toBe(200)
    expect(taskPlanSchema.parse(await response.json())).toMatchObject({ dry_run: true, request: reindex })
    expect(submitted).toEqual([])
    expect(notified).toEqual([])
  })

  test('with dry_run=false creates a task, and its request does not contain the parameter', async () => {
    const { post, submitted } = createAppHarness()
    expect((await post({ ...reindex, dry_run: false }, '/task?dry_run=false')).status).toBe(202)
    expect(submitted).toEqual([reindex])
  })

  test.each(['dry_run=yes', 'dry_run=1', 'dry_run=', 'dry_run=TRUE', 'dry_run=true&dry_run=false'])(
    'refuses ?%s',
    async (query) => {
      const { post, submitted } = createAppHarness()
      const response = await post(reindex, `/task?${query}`)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/query/dry_run' }] })
      expect(submitted).toEqual([])
    },
  )
})

describe('Idempotency-Key', () => {
  const withKey = (key: string) => ({ 'Idempotency-Key': key })

  test('sent again with the same body returns the same task and the same response', async () => {
    const { post } = createAppHarness()
    const first = await post(reindex, '/task', withKey('build 7 / try'))
    const second = await post(reindex, '/task', withKey('build 7 / try'))
    expect([first.status, second.status]).toEqual([202, 202])
    expect(await second.json()).toEqual(await first.json())
    expect(second.headers.get('Location')).toBe(first.headers.get('Location'))
  })

  test('sent again with another body is 422', async () => {
    const { post } = createAppHarness()
    await post(reindex, '/task', withKey('a'))
    const response = await post({ ...reindex, index_suffix: 'other' }, '/task', withKey('a'))
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  test.each(['x', 'x'.repeat(255), '!"~'])('may be %s', async (key) => {
    expect((await createAppHarness().post(reindex, '/task', withKey(key))).status).toBe(202)
  })

  test.each(['', 'x'.repeat(256), 'ä', 'a\tb'])("can't be %j", async (key) => {
    const { post, submitted } = createAppHarness()
    const response = await post(reindex, '/task', withKey(key))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/header/Idempotency-Key' }] })
    expect(submitted).toEqual([])
  })

  test('is checked in a dry run, which reports the refusal that the real request would get', async () => {
    const { post } = createAppHarness()
    const response = await post(reindex, '/task?dry_run=true', withKey('ä'))
    expect(response.status).toBe(400)
  })
})

describe('callback_url', () => {
  test('is kept with the task, and shown in its request so that it can be sent again', async () => {
    const { post, metas, submitted } = createAppHarness()
    const callback_url = 'https://ci.example.org/done?build=7'
    const { task } = scheduledTaskSchema.parse(await (await post({ ...reindex, callback_url })).json())
    expect(task.request).toEqual({ ...reindex, callback_url })
    expect(submitted).toEqual([reindex])
    expect(metas).toMatchObject([{ callbackUrl: callback_url }])
  })

  test('that is not allowed is 403, and creates no task', async () => {
    const { post, submitted } = createAppHarness({
      checkWebhook: () => {
        throw new WebhookForbiddenError('host evil.example is not among WEBHOOK_ALLOWED_HOSTS')
      },
    })
    const response = await post({ ...reindex, callback_url: 'https://evil.example/' })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'callback_forbidden' })
    expect(submitted).toEqual([])
  })
})

describe('Prefer: wait', () => {
  const prefer = { Prefer: 'wait=10' }

  function createHarness() {
    const time = createManualClock()
    const harness = createAppHarness({ clock: time.clock })
    const end = async (taskId: string) => {
      const claim = await harness.store.claim(taskId, 'test', 60_000)
      if (claim.kind !== 'advance') throw new Error('expected to plan')
      await harness.store.advance(claim.lease, { kind: 'finished' })
    }
    return { ...harness, ...time, end }
  }

  test('on POST delays the response until the task has ended', async () => {
    const { post, pass, notified, end } = createHarness()
    const answer = post(reindex, '/task', prefer)
    await pass(2_000)
    await end(notified[0] ?? '')
    await pass(1_000)
    const response = await answer
    expect(response.status).toBe(202)
    expect(response.headers.get('Preference-Applied')).toBe('wait=10')
    expect(scheduledTaskSchema.parse(await response.json()).task).toMatchObject({ status: 'succeeded' })
  })

  test('on POST returns the current task when the time is up', async () => {
    const { post, pass, sleeping } = createHarness()
    const answer = post(reindex, '/task', prefer)
    await pass(10_000)
    expect(scheduledTaskSchema.parse(await (await answer).json()).task).toMatchObject({ status: 'queued' })
    await pass(1_000)
    expect(sleeping()).toBe(0)
  })

  test('on GET answers at the next change', async () => {
    const { post, send, pass, store, sleeping } = createHarness()
    const { task_id } = scheduledTaskSchema.parse(await (await post(reindex)).json())
    let answered = false
    const answer = Promise.resolve(send(`/task/${task_id}`, { headers: prefer })).finally(
      () => (answered = true),
    )
    await pass(3_000)
    expect(answered).toBe(false)
    await store.claim(task_id, 'test', 60_000)
    await pass(1_000)
    expect(taskSchema.parse(await (await answer).json())).toMatchObject({ status: 'running' })
    await pass(1_000)
    expect(sleeping()).toBe(0)
  })

  test('on GET does not wait for a task that has ended', async () => {
    const { post, send, notified, end } = createHarness()
    await post(reindex)
    await end(notified[0] ?? '')
    const response = await send(`/task/${notified[0]}`, { headers: prefer })
    expect(taskSchema.parse(await response.json())).toMatchObject({ status: 'succeeded' })
  })

  test('on GET stops polling when the client disconnects', async () => {
    const { post, app, pass, notified, sleeping } = createHarness()
    await post(reindex)
    const client = new AbortController()
    const init = { headers: prefer, signal: client.signal }
    const answer = Promise.resolve(app.request(`http://localhost:8001/task/${notified[0]}`, init))
    await pass(1_000)
    expect(sleeping()).toBeGreaterThan(0)
    client.abort()
    await answer
    await pass(1_000)
    expect(sleeping()).toBe(0)
  })
})

describe('POST /index/{alias}/rollback', () => {
  const request = { model: 'image', action: 'POINT_ALIAS', index_suffix: 'old', alias: 'image' } as const
  const create = () =>
    createAppHarness({
      indices: { ...noIndices, rollbackRequest: async () => request },
      plan: async (r) => createPlan(r),
    })

  test('creates the task that rolls the alias back, like POST /task', async () => {
    const { send, submitted, notified } = create()
    const response = await send('/index/image/rollback', { method: 'POST' })
    expect(response.status).toBe(202)
    const { task_id } = scheduledTaskSchema.parse(await response.json())
    expect(response.headers.get('Location')).toBe(`/task/${task_id}`)
    expect(submitted).toEqual([request])
    expect(notified).toEqual([task_id])
  })

  test('accepts dry_run, and no other parameter', async () => {
    const { post, send, submitted } = create()
    const dry = await send('/index/image/rollback?dry_run=true', { method: 'POST' })
    expect(taskPlanSchema.parse(await dry.json())).toMatchObject({ action: 'POINT_ALIAS' })
    expect((await post({ index_suffix: 'x' }, '/index/image/rollback')).status).toBe(400)
    expect(submitted).toEqual([])
  })
})
