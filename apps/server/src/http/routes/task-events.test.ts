import {
  taskEventPageSchema,
  taskEventSchema,
  taskSchema,
  type StoredTaskEvent,
  type TaskRecord,
} from '@ingestion-server/core'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../../test/support/app-harness.ts'
import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { createTaskRecord } from '../../../test/support/task-record.ts'

/** A task whose events the test writes. */
function createScriptedTask() {
  const time = createManualClock()
  const state = { record: createTaskRecord({ planned: 100 }), events: [] as StoredTaskEvent[] }
  function happen(change: Partial<TaskRecord>, ...types: StoredTaskEvent['type'][]): void {
    state.record = { ...state.record, ...change }
    for (const type of types) {
      const { id: taskId, phase, attempt, createdAt: at } = state.record
      state.events.push({ id: 10 + state.events.length, taskId, type, at, phase, attempt, data: { n: 1 } })
    }
  }
  happen({}, 'created')
  const harness = createAppHarness({ clock: time.clock })
  const store: typeof harness.store = {
    ...harness.store,
    get: async (id) => (id === state.record.id ? state.record : null),
    events: async ({ after = 0, limit }) => state.events.filter(({ id }) => id > after).slice(0, limit),
  }
  const { send, tokens } = createAppHarness({ clock: time.clock, store })
  const path = `/task/${state.record.id}/events`
  const open = (headers: Record<string, string> = {}) =>
    send(path, { headers: { Accept: 'text/event-stream', ...headers } })
  return { ...time, happen, send, tokens, open, path }
}

const running = { status: 'running', phase: 'loading' } as const
const ended = { status: 'succeeded', phase: 'done', finishedAt: '2026-11-24T05:00:00.000Z' } as const

/** Reads a stream as it arrives. */
function read(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  const end = (async () => {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      text += new TextDecoder().decode(value)
    }
  })()
  const messages = () =>
    text.split('\n\n').flatMap((message) => {
      const fields = Object.fromEntries(
        message.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2)),
      ) as Record<string, string>
      return fields['data'] === undefined
        ? []
        : [{ ...fields, data: JSON.parse(fields['data']) as Record<string, unknown> }]
    }) as { id?: string; event: string; data: Record<string, unknown> }[]
  return { end, messages, text: () => text, cancel: () => reader.cancel() }
}

describe('the stream of a task', () => {
  test('sends its events with their ids, the task in between, and ends after the last', async () => {
    const { open, happen, pass } = createScriptedTask()
    const response = await open()
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/event-stream')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const stream = read(response)
    await pass(100)
    happen({ ...running, startedAt: '2026-11-24T04:00:01.000Z' }, 'started', 'phase')
    await pass(2_000)
    happen(ended, 'succeeded')
    await pass(2_000)
    await stream.end
    expect(stream.messages().map(({ id, event }) => [id, event])).toEqual([
      [undefined, 'progress'],
      ['10', 'created'],
      [undefined, 'progress'],
      ['11', 'started'],
      ['12', 'phase'],
      [undefined, 'progress'],
      ['13', 'succeeded'],
    ])
    for (const { event, data } of stream.messages()) {
      if (event === 'progress') taskSchema.parse(data)
      else expect(taskEventSchema.strict().parse(data)).toMatchObject({ type: event })
    }
    expect(stream.messages().at(-2)?.data).toMatchObject({ active: false, progress: 100 })
  })

  test('shows progress at most once per second', async () => {
    const { open, happen, pass } = createScriptedTask()
    const stream = read(await open())
    for (let read = 1; read <= 50; read++) {
      const counts = { read, indexed: read, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 }
      happen({ ...running, counts })
      await pass(100)
    }
    const shown = stream.messages().filter(({ event }) => event === 'progress').length
    expect(shown).toBeGreaterThanOrEqual(4)
    expect(shown).toBeLessThanOrEqual(6)
    await stream.cancel()
  })

  test('resumes after the last received event', async () => {
    const { open, happen, pass } = createScriptedTask()
    happen(running, 'started')
    const stream = read(await open({ 'Last-Event-ID': '10' }))
    await pass(100)
    expect(stream.messages().map(({ id }) => id)).toEqual([undefined, '11'])
    await stream.cancel()
  })

  test('answers 204 when no more events will come, so that a browser stops reconnecting', async () => {
    const { open, happen } = createScriptedTask()
    happen(ended, 'succeeded')
    expect((await open({ 'Last-Event-ID': '11' })).status).toBe(204)
    const again = await open({ 'Last-Event-ID': '10' })
    expect(again.status).toBe(200)
    const stream = read(again)
    await stream.end
    expect(stream.messages().map(({ event }) => event)).toEqual(['progress', 'succeeded'])
  })

  test('sends a comment every 15 s when nothing happens', async () => {
    const { open, pass } = createScriptedTask()
    const stream = read(await open())
    await pass(46_000, 1_000)
    expect(stream.text().match(/^: heartbeat$/gm)).toHaveLength(3)
    await stream.cancel()
  })

  test('leaves nothing running when the client disconnects', async () => {
    const { open, pass, sleeping } = createScriptedTask()
    const stream = read(await open())
    await pass(100)
    expect(sleeping()).toBeGreaterThan(0)
    await stream.cancel()
    await pass(1_000)
    expect(sleeping()).toBe(0)
  })

  test('ends within seconds after the token was revoked or has expired', async () => {
    const { send, path, pass, tokens, sleeping } = createScriptedTask()
    const secret = 'ing_of-a-reader'
    const sha256 = createHash('sha256').update(secret).digest('hex')
    await tokens.create({ name: 'admin', scopes: ['admin'], expiresAt: null, sha256: 'of another' })
    const { id } = await tokens.create({ name: 'reader', scopes: ['read'], expiresAt: null, sha256 })
    const response = await send(path, {
      headers: { Accept: 'text/event-stream', Authorization: `Bearer ${secret}` },
    })
    expect(response.status).toBe(200)
    const stream = read(response)
    const state = { isOver: false }
    void stream.end.then(() => (state.isOver = true))
    await pass(30_000)
    expect(state.isOver).toBe(false)
    await tokens.revoke(id, { keepAdmin: true })
    await pass(6_000)
    await stream.end
    expect(sleeping()).toBe(0)
  })

  test('ends when the first token is created, if callers needed none before', async () => {
    const { send, path, pass, tokens } = createScriptedTask()
    const stream = read(await send(path, { headers: { Accept: 'text/event-stream' } }))
    await pass(30_000)
    await tokens.create({ name: 'admin', scopes: ['admin'], expiresAt: null, sha256: 'of an admin' })
    await pass(6_000)
    await stream.end
  })

  test('starts no feed without a reader, as with HEAD', async () => {
    const { send, path, pass, sleeping } = createScriptedTask()
    await send(path, { method: 'HEAD', headers: { Accept: 'text/event-stream' } })
    await pass(1_000)
    expect(sleeping()).toBe(0)
  })

  test.each(['x', '-1', '1.5', '9'.repeat(16)])('refuses Last-Event-ID: %s', async (id) => {
    const response = await createScriptedTask().open({ 'Last-Event-ID': id })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/header/Last-Event-ID' }] })
  })

  test('of a missing task is 404', async () => {
    const { send } = createScriptedTask()
    const response = await send('/task/018f2b2e-7c1a-7000-8000-00000000ffff/events', {
      headers: { Accept: 'text/event-stream' },
    })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'task_not_found' })
  })
})

describe('events as JSON', () => {
  test.each([undefined, 'application/json', '*/*', 'text/html', 'application/json, text/event-stream;q=0.5'])(
    'are returned for Accept: %s',
    async (accept) => {
      const { send, path } = createScriptedTask()
      const response = await send(path, accept === undefined ? {} : { headers: { Accept: accept } })
      expect(response.headers.get('Content-Type')).toBe('application/json')
      expect(response.headers.get('Vary')).toBe('Accept')
    },
  )

  test('are returned in pages, in order', async () => {
    const { send, path, happen } = createScriptedTask()
    happen(running, 'started', 'phase', 'phase')
    happen(ended, 'succeeded')
    const seen: number[] = []
    let token: string | null = '0'
    while (token !== null) {
      const response = await send(`${path}?page_size=2&page_token=${token}`)
      const page = taskEventPageSchema.strict().parse(await response.json())
      seen.push(...page.events.map(({ id }) => id))
      token = page.next_page_token
    }
    expect(seen).toEqual([10, 11, 12, 13, 14])
  })

  test.each(['page_size=0', 'page_size=501', 'page_token=x', 'page_token=-1', 'page_token=', 'after=1'])(
    'refuse ?%s',
    async (query) => {
      const { send, path } = createScriptedTask()
      const response = await send(`${path}?${query}`)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        errors: [{ pointer: `/query/${query.split('=')[0] ?? ''}` }],
      })
    },
  )
})
