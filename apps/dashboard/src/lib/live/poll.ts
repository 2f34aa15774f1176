/** What came of asking once. */
export type Look<Value> = { kind: 'value'; value: Value } | { kind: 'signed_out' } | { kind: 'unreachable' }

export interface PollOptions<Value> {
  url: string
  fetch: typeof fetch
  /** Of the wait until the next look, by what was seen last. */
  intervalMs: () => number
  onLook: (look: Look<Value>) => void
  signal: AbortSignal
  /** Ask at once, or wait first. */
  startsAtOnce: boolean
}

const requestTimeoutMs = 15_000
/** A dashboard that can't be reached is asked less and less often, up to this. */
const maxIntervalMs = 30_000

/** Asks again and again until the signal or a lost session ends it. */
export async function poll<Value>(options: PollOptions<Value>): Promise<void> {
  const { signal, intervalMs, onLook } = options
  let misses = 0
  let isFirst = true
  while (!signal.aborted) {
    if (!isFirst || !options.startsAtOnce) {
      await wait(Math.min(maxIntervalMs, intervalMs() * 2 ** Math.min(misses, 10)), signal)
    }
    isFirst = false
    if (signal.aborted) return
    const look = await lookOnce<Value>(options)
    if (isAborted(signal)) return
    misses = look.kind === 'unreachable' ? misses + 1 : 0
    onLook(look)
    if (look.kind === 'signed_out') return
  }
}

// A function, because the compiler takes a signal that was not aborted above for one that never is.
const isAborted = (signal: AbortSignal) => signal.aborted

async function lookOnce<Value>({ url, fetch, signal }: PollOptions<Value>): Promise<Look<Value>> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      headers: { accept: 'application/json' },
    })
    if (response.status === 401) return { kind: 'signed_out' }
    if (!response.ok) return { kind: 'unreachable' }
    // Our own endpoint, of the same build: its shape is known.
    return { kind: 'value', value: (await response.json()) as Value }
  } catch {
    // Refused, reset, timed out, not JSON: to the page it is all the same, and it says so.
    return { kind: 'unreachable' }
  }
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
