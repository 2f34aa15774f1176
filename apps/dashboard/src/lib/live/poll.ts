import { createPartsMemory, knownPartsHeader, type PartsMemory } from './parts.ts'

/** Result of one poll; `unchanged`: the last value is the current one. */
export type PollResult<Value> =
  | { kind: 'value'; value: Value }
  | { kind: 'unchanged' }
  | { kind: 'signed_out' }
  /** `reason`: what the dashboard itself says, such as that its database is unavailable. */
  | { kind: 'unreachable'; reason?: string }

export interface PollOptions<Value> {
  url: string
  fetch: typeof fetch
  /** Wait before the next poll, by the last result. */
  intervalMs: () => number
  onResult: (result: PollResult<Value>) => void
  /** Called with the time of the server at each response, milliseconds since the epoch. */
  onTime: (time: number) => void
  signal: AbortSignal
  /** Poll immediately, or wait first. */
  startsAtOnce: boolean
}

const requestTimeoutMs = 15_000
/**
 * Maximum interval of the backoff while the dashboard can't be reached. The backoff is not core's `backoffMs`: it starts
 * at the interval of the page, and core would add to the scripts of every page.
 */
const maxIntervalMs = 30_000

/** Polls until the signal or a lost session ends it. */
export async function poll<Value>(options: PollOptions<Value>): Promise<void> {
  const { signal, intervalMs, onResult } = options
  const last: LastResponse = { memory: createPartsMemory(), tag: null }
  let misses = 0
  let isFirst = true
  while (!signal.aborted) {
    if (!isFirst || !options.startsAtOnce) {
      await wait(Math.min(maxIntervalMs, intervalMs() * 2 ** Math.min(misses, 10)), signal)
    }
    isFirst = false
    if (signal.aborted) return
    const result = await pollOnce<Value>(options, last)
    if (isAborted(signal)) return
    misses = result.kind === 'unreachable' ? misses + 1 : 0
    onResult(result)
    if (result.kind === 'signed_out') return
  }
}

// A function, because the compiler assumes that a signal that was not aborted above never is.
const isAborted = (signal: AbortSignal) => signal.aborted

interface LastResponse {
  memory: PartsMemory
  tag: string | null
}

async function pollOnce<Value>(
  { url, fetch, signal, onTime }: PollOptions<Value>,
  last: LastResponse,
): Promise<PollResult<Value>> {
  try {
    const known = last.memory.known()
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      headers: {
        accept: 'application/json',
        ...(last.tag !== null && { 'if-none-match': last.tag }),
        ...(known.length > 0 && { [knownPartsHeader]: known.join(' ') }),
      },
    })
    const date = response.headers.get('date')
    // Cut to whole seconds.
    if (date !== null) onTime(Date.parse(date) + 500)
    if (response.status === 401) return { kind: 'signed_out' }
    if (response.status === 304) return { kind: 'unchanged' }
    if (!response.ok) return { kind: 'unreachable', ...(await readReason(response)) }
    // Endpoint of the same build: its shape is known.
    const value = last.memory.restore(await response.json()) as Value
    last.tag = response.headers.get('etag')
    return { kind: 'value', value }
  } catch {
    // Refused, reset, timed out, not JSON: the page handles all of them the same way.
    return { kind: 'unreachable' }
  }
}

/** The message of an error of the dashboard; a proxy in front of it sends other texts. */
async function readReason(response: Response): Promise<{ reason?: string }> {
  const body: unknown = await response.json().catch(() => null)
  const message = (body as { message?: unknown } | null)?.message
  return response.status === 503 && typeof message === 'string' ? { reason: message } : {}
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
