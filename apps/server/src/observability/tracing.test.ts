import { createServer } from 'node:http'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAppHarness } from '../../test/support/app-harness.ts'
import { startTracing, type Tracing } from './tracing.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[]
  links?: { traceId: string }[]
  status?: { code?: number }
}

interface ResourceSpans {
  resource: Pick<Span, 'attributes'>
  scopeSpans: { spans: Span[] }[]
}

/** A collector that stores what it receives: OTLP as JSON. */
let spans: Span[]
let resources: Pick<Span, 'attributes'>[]
let tracing: Tracing
let collector: Listening

beforeEach(async () => {
  spans = []
  resources = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: ResourceSpans[] }
      if (request.url === '/v1/traces') {
        resources.push(...resourceSpans.map(({ resource }) => resource))
        spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
      }
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
    })
  })
  collector = await listen(server)
  tracing = startTracing({
    endpoint: collector.url,
    attributes: { 'service.name': 'ingestion-server', team: 'search infra' },
    version: '1.2.3',
  })
})
afterEach(() => collector.close())

const attribute = (span: Span | undefined, key: string) =>
  span?.attributes.find((one) => one.key === key)?.value.stringValue

test('all spans have the configured resource, with the version of the server', async () => {
  const { send } = createAppHarness({ observeRequest: tracing.requests })
  await send('/livez')
  await tracing.stop()
  expect(resources.length).toBeGreaterThan(0)
  for (const { attributes } of resources) {
    const entries = attributes.map(({ key, value }) => [key, value.stringValue])
    expect(Object.fromEntries(entries)).toEqual({
      'service.name': 'ingestion-server',
      'service.version': '1.2.3',
      team: 'search infra',
    })
  }
})

test("a request continues the caller's trace, and names route, request and task", async () => {
  const { post } = createAppHarness({ observeRequest: tracing.requests })
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
  const response = await post({ model: 'image', action: 'REINDEX' }, '/task', { traceparent })
  const { task_id } = (await response.json()) as { task_id: string }
  await tracing.stop()
  expect(spans).toMatchObject([{ name: 'POST /task', traceId, parentSpanId: '00f067aa0ba902b7' }])
  const [span] = spans
  expect(attribute(span, 'ingestion.request_id')).toBe('made-1')
  expect(attribute(span, 'ingestion.task_id')).toBe(task_id)
  expect(span?.links?.map((link) => link.traceId)).toEqual([task_id.replaceAll('-', '')])
})

test.each(['', 'nonsense', '00-0000-00-01'])(
  'a request with the traceparent "%s" starts a new trace',
  async (traceparent) => {
    const { send } = createAppHarness({ observeRequest: tracing.requests })
    await send('/livez', { headers: { traceparent } })
    await tracing.stop()
    expect(spans).toHaveLength(1)
    expect(spans[0]?.parentSpanId ?? '').toBe('')
  },
)

test('all steps of a task are in one trace that has the id of the task, with bulk requests inside', async () => {
  const taskId = '018f2b2e-7c1a-7000-8000-000000000001'
  const work = { model: 'image', action: 'REINDEX', phase: 'loading', attempt: 1 } as const
  const step = { taskId, requestId: 'request-1', ...work }
  await tracing.observer.onStep({ ...step, kind: 'item', ordinal: 0 }, async () => {
    tracing.observer.onBulk({ seconds: 0.1, status: 200, succeeded: 1, refused: 0, rejected: 0 })
  })
  await expect(
    tracing.observer.onStep({ ...step, kind: 'planning', ordinal: null }, () =>
      Promise.reject(new Error('away')),
    ),
  ).rejects.toThrow('away')
  await tracing.stop()
  const byName = new Map(spans.map((span) => [span.name, span]))
  expect([...byName.keys()].toSorted()).toEqual(['bulk', 'loading item', 'loading planning'])
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([taskId.replaceAll('-', '')]))
  expect(byName.get('bulk')?.parentSpanId).toBe(byName.get('loading item')?.spanId)
  expect(byName.get('loading planning')?.status?.code).toBe(2)
})
