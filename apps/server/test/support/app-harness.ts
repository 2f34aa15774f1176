import { createMemoryTaskStore, type TaskRequest } from '@ingestion-server/core'
import { createApp } from '../../src/app.ts'
import type { AppDeps } from '../../src/app-deps.ts'
import { collectLines } from './collect-lines.ts'

/** The app over the memory task store, with everything that it does written down. */
export function createAppHarness(overrides: Partial<AppDeps> = {}) {
  // No two moments are the same, so that it is known which task is newer.
  let moment = Date.parse('2026-11-24T04:00:00Z')
  const store = createMemoryTaskStore({ now: () => moment++ })
  const woken: string[] = []
  const { log, lines } = collectLines()
  const submitted: TaskRequest[] = []
  let requests = 0

  const deps: AppDeps = {
    store,
    models: [{ name: 'image' }, { name: 'audio' }],
    submit: async (request, { requestedBy }) => {
      submitted.push(request)
      const suffix = 'index_suffix' in request ? request.index_suffix : undefined
      const index = `${request.model}-${suffix ?? `made-${submitted.length}`}`
      const { model, action } = request
      return await store.create({ model, action, request, index, reserve: [index], requestedBy })
    },
    wake: (taskId) => void woken.push(taskId),
    checks: [],
    access: { kind: 'loopback' },
    log,
    now: () => new Date(),
    newRequestId: () => `made-${++requests}`,
    ...overrides,
  }
  const app = createApp(deps)

  return {
    app,
    store,
    woken,
    lines,
    submitted,
    /** A GET, or whatever `init` says, to this machine. */
    send: (path: string, init: RequestInit = {}) => app.request(`http://localhost:8001${path}`, init),
    post: (body: unknown, path = '/task') => app.request(`http://localhost:8001${path}`, postJson(body)),
  }
}

export function postJson(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
