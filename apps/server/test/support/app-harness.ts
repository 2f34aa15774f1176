import { systemClock, toStoredKey, type TaskPlan, type TaskRequest } from '@ingestion-server/core'
import { createMemoryTaskStore } from '@ingestion-server/core/testing/memory-task-store.ts'
import { createApp } from '../../src/http/app.ts'
import type { AppDeps, IndexCatalog, SubmitMeta } from '../../src/http/app-deps.ts'
import { createMemoryTokenStore } from '../../src/auth/memory-token-store.ts'
import { noopRequestObserver } from '../../src/observability/request-observer.ts'
import { untriedWebhook } from '../../src/webhooks/untried-webhook.ts'
import { collectLines } from './collect-lines.ts'

export type { AppDeps }

/** The app over the memory stores, with a record of everything that it does. */
export function createAppHarness(overrides: Partial<AppDeps> = {}) {
  // All times differ, so that tasks have an order.
  let moment = Date.parse('2026-11-24T04:00:00Z')
  const store = createMemoryTaskStore({ now: () => moment++ })
  const tokens = createMemoryTokenStore()
  const notified: string[] = []
  const { log, lines } = collectLines()
  const submitted: TaskRequest[] = []
  const metas: SubmitMeta[] = []
  let requests = 0

  const deps: AppDeps = {
    store,
    models: [{ name: 'image' }, { name: 'audio' }],
    submit: async (request, meta) => {
      submitted.push(request)
      metas.push(meta)
      const suffix = 'index_suffix' in request ? request.index_suffix : undefined
      const index = `${request.model}-${suffix ?? `made-${submitted.length}`}`
      const { model, action } = request
      const { requestedBy, requestId, callbackUrl, idempotencyKey, keyOwner } = meta
      return await store.create({
        model,
        action,
        request,
        index,
        reserve: [index],
        requestedBy,
        requestId,
        callbackUrl,
        ...(idempotencyKey !== undefined && {
          idempotency: {
            key: toStoredKey(idempotencyKey, keyOwner),
            fingerprint: JSON.stringify([request, callbackUrl]),
          },
        }),
      })
    },
    plan: async (request) => createPlan(request),
    indices: noIndices,
    checkWebhook: () => undefined,
    findWebhook: async ({ callbackUrl: url }) => untriedWebhook(url, url === null ? 'none' : 'pending'),
    notify: (taskId) => void notified.push(taskId),
    checks: [],
    access: { kind: 'loopback' },
    tokens,
    metrics: null,
    observeRequest: noopRequestObserver,
    log,
    clock: systemClock,
    newRequestId: () => `made-${++requests}`,
    ...overrides,
  }
  const app = createApp(deps)

  return {
    app,
    store,
    tokens,
    notified,
    lines,
    submitted,
    metas,
    /** A request to this machine, by default a GET. */
    send: (path: string, init: RequestInit = {}) => app.request(`http://localhost:8001${path}`, init),
    post: (body: unknown, path = '/task', headers: Record<string, string> = {}) =>
      app.request(`http://localhost:8001${path}`, postJson(body, headers)),
  }
}

export function postJson(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

export const noIndices: IndexCatalog = {
  list: () => Promise.reject(new Error('not asked for')),
  describe: () => Promise.reject(new Error('not asked for')),
  stat: () => Promise.reject(new Error('not asked for')),
  details: () => Promise.reject(new Error('not asked for')),
  documents: () => Promise.reject(new Error('not asked for')),
  document: () => Promise.reject(new Error('not asked for')),
  builds: () => Promise.reject(new Error('not asked for')),
  rollbackRequest: () => Promise.reject(new Error('not asked for')),
}

export function createPlan(request: TaskRequest): TaskPlan {
  return {
    dry_run: true,
    model: request.model,
    action: request.action,
    index: `${request.model}-20231106`,
    request: { ...request },
    rows: 50_000,
    documents: 49_500,
    bytes: 37_000_000,
    seconds: 5,
    shards: 1,
    replicas: 0,
    disk: { needed_bytes: 74_000_000, free_bytes: 10_000_000_000 },
    catch_up_by: null,
    aliases: [{ alias: request.model, indices: [`${request.model}-20231001`] }],
    refusals: [],
    checks: [],
    warnings: [],
    moves: [],
    exceptions: [],
  }
}
