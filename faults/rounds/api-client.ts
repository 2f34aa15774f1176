import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Task } from '@ingestion-server/core/contract'
import type { Testbed } from '../testbed/testbed.ts'
import type { SupervisedProcess } from '../testbed/supervised-process.ts'

const retryMs = 50

/** A response that is neither a success nor an unavailable service. */
export class UnexpectedResponseError extends Error {
  override readonly name = 'UnexpectedResponseError'
  /** The error code in the response; null: it has none. */
  readonly code: string | null

  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

export interface ApiClient {
  /** Submits a task once, however often the request has to be sent. */
  submit(body: Record<string, unknown>, signal: AbortSignal): Promise<Task>
  cancel(taskId: string, signal: AbortSignal): Promise<Task>
  /** @param how `retry` or `failed_documents/redrive` */
  runAgain(taskId: string, how: string, signal: AbortSignal): Promise<Task>
  getTask(taskId: string, signal: AbortSignal): Promise<Task>
}

/** Calls the server repeatedly until it gets a response. */
export function createApiClient(testbed: Testbed): ApiClient {
  /** The task in the database, for a response that contradicts it. */
  async function describeStored(path: string): Promise<string> {
    const taskId = /[\da-f-]{36}/.exec(path)?.[0]
    if (taskId === undefined) return ''
    const rows =
      await testbed.sql()`select status, phase, created_at from ingestion.task where id = ${taskId}`
    return `; in the database: ${JSON.stringify(rows)}`
  }

  async function call(path: string, init: RequestInit, signal: AbortSignal): Promise<Task> {
    for (;;) {
      signal.throwIfAborted()
      const response = await probe(testbed, testbed.api, path, init)
      if (response?.ok) return response.body as Task
      if (response !== null && response.status < 500)
        throw new UnexpectedResponseError(
          `${init.method ?? 'GET'} ${path}: ${response.status} ${JSON.stringify(response.body)}${await describeStored(path)}`,
          codeOf(response.body),
        )
      await delay(retryMs, undefined, { signal })
    }
  }
  const post = (path: string, body: unknown, signal: AbortSignal, headers: Record<string, string> = {}) =>
    call(
      path,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      },
      signal,
    )
  return {
    async submit(body, signal) {
      const headers = { 'idempotency-key': randomUUID() }
      const created = (await post('/task', body, signal, headers)) as unknown as { task: Task }
      return created.task
    },
    cancel: (taskId, signal) => post(`/task/${taskId}/cancel`, {}, signal),
    runAgain: (taskId, how, signal) => post(`/task/${taskId}/${how}`, {}, signal),
    getTask: (taskId, signal) => call(`/task/${taskId}`, {}, signal),
  }
}

interface Probe {
  ok: boolean
  status: number
  body: unknown
}

/**
 * One request, whose response has to be documented: of the 5xx only 502 and 503, with a code.
 *
 * @returns null if the connection was lost, as when a process ends
 */
async function probe(
  testbed: Testbed,
  process: SupervisedProcess,
  path: string,
  init: RequestInit = {},
): Promise<Probe | null> {
  const request = `${init.method ?? 'GET'} ${path} of ${process.name}`
  const pid = process.pid()
  const { responseMs } = testbed.limits
  const startedAt = performance.now()
  try {
    const response = await fetch(`${process.baseUrl()}${path}`, {
      ...init,
      signal: AbortSignal.timeout(responseMs),
    })
    const text = await response.text()
    const { ok, status } = response
    const body: unknown = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
    if (status >= 500 && !(codeOf(body) !== null && [502, 503].includes(status)))
      testbed.report(`${request} got a response with status ${status}: ${text.slice(0, 500)}`)
    return { ok, status, body }
  } catch {
    const waitedMs = performance.now() - startedAt
    if (waitedMs >= responseMs && process.isUp() && process.pid() === pid)
      testbed.report(`${request} got no response within ${responseMs / 1_000} s`)
    return null
  }
}

function codeOf(body: unknown): string | null {
  const { code } = (body ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : null
}

/** Requests that probes, monitoring and users send all the time. */
const paths: readonly string[] = ['/livez', '/readyz', '/metrics', '/task?page_size=5', '/index']
const workerPaths: readonly string[] = ['/livez', '/readyz', '/metrics']
const probeEveryMs = 100

/** Sends them to all processes until stopped. */
export function startProbing(testbed: Testbed): { stop(): Promise<number> } {
  let isStopped = false
  let probes = 0
  const loops = testbed.processes.map(async (process) => {
    const asked = process === testbed.api ? paths : workerPaths
    for (let turn = 0; !isStopped; turn++) {
      if (process.isUp()) {
        probes++
        await probe(testbed, process, asked[turn % asked.length] as string)
      }
      await delay(probeEveryMs)
    }
  })
  return {
    async stop() {
      isStopped = true
      await Promise.all(loops)
      return probes
    },
  }
}
