import type { AppDeps, HealthCheck } from './app-deps.ts'

/** A service that takes longer is too slow for callers too. */
const checkTimeoutMs = 2_000
/** Interval in which the services are checked once for any number of probes. */
const cacheMs = 1_000

type DependencyState = 'up' | 'down' | 'timed_out'

export interface Readiness {
  ready: boolean
  dependencies: Record<string, DependencyState>
}

interface Options extends Pick<AppDeps, 'checks' | 'log' | 'clock'> {
  /** A signal that aborts after this time; replaced in tests. */
  createTimeout?: (ms: number) => AbortSignal
}

/** Checks all services in parallel. The reason is logged when a service goes down, not returned: probes are public. */
export function createReadiness({ checks, log, clock, createTimeout = AbortSignal.timeout }: Options) {
  const lastStates = new Map<string, DependencyState>()
  let latest: { result: Promise<Readiness>; endedAt: number | null } | null = null

  function note(name: string, state: DependencyState, error?: unknown): void {
    const last = lastStates.get(name)
    lastStates.set(name, state)
    if (state === last || (state === 'up' && last === undefined)) return
    const fields = { dependency: name, state, ...(error !== undefined && { error }) }
    if (state === 'up') log.info('dependency is available again', fields)
    else log.warn('dependency unavailable', fields)
  }

  async function runCheck({ name, check }: HealthCheck): Promise<[string, DependencyState]> {
    const signal = createTimeout(checkTimeoutMs)
    let state: DependencyState = 'up'
    let reason: unknown
    try {
      await Promise.race([check(signal), rejectOnAbort(signal)])
    } catch (error) {
      state = signal.aborted ? 'timed_out' : 'down'
      reason = error
    }
    note(name, state, reason)
    return [name, state]
  }

  async function runChecks(): Promise<Readiness> {
    const states = await Promise.all(checks.map(runCheck))
    return { ready: states.every(([, state]) => state === 'up'), dependencies: Object.fromEntries(states) }
  }

  return {
    read(): Promise<Readiness> {
      const fresh = latest !== null && (latest.endedAt === null || clock.now() - latest.endedAt < cacheMs)
      if (latest !== null && fresh) return latest.result
      const started: NonNullable<typeof latest> = { result: runChecks(), endedAt: null }
      latest = started
      return started.result.finally(() => {
        started.endedAt = clock.now()
      })
    },
  }
}

/** For checks that ignore the signal. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason as Error) // an AbortSignal's reason is a DOMException here
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
