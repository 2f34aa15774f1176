import { setTimeout as delay } from 'node:timers/promises'
import { readdir } from 'node:fs/promises'
import { removeSharedClock } from '@ingestion-server/local-services'
import type { RunningProcess } from '@ingestion-server/server/testing/run-server.ts'
import type { TimeLimits } from '../time-limits.ts'

export type StartProcess = (env: Readonly<Record<string, string>>) => Promise<RunningProcess>

/** A supervised process of the server: it is started again whenever it has ended. */
export interface SupervisedProcess {
  name: string
  /** Of the current or last process. */
  baseUrl(): string
  pid(): number
  /** Whether it should respond: neither stopped nor starting. */
  isUp(): boolean
  /** SIGKILL; restarts after so many milliseconds. */
  kill(downMs: number): Promise<void>
  /** SIGTERM; the same. */
  terminate(downMs: number): Promise<void>
  freeze(): void
  resume(): void
  /** Restarts it with additional environment variables. */
  restartWith(env: Readonly<Record<string, string>>): Promise<void>
  /** Resolves when no restart is in progress. */
  settled(): Promise<void>
  openFiles(): Promise<number>
  /** The log of all of its processes so far. */
  log(): string
  /** Ends it for good. */
  stop(): Promise<void>
}

/** @param report called for unexpected events: an end without a signal, a start or an end that takes too long */
export async function superviseProcess(
  name: string,
  start: StartProcess,
  report: (problem: string) => void,
  limits: Pick<TimeLimits, 'startMs' | 'stopMs'>,
): Promise<SupervisedProcess> {
  let isExpectedToEnd = false
  let isStopped = false
  let isFrozen = false
  let isUp = false
  let extra: Readonly<Record<string, string>> = {}
  let earlier = ''
  let running = await launch()

  async function launch(): Promise<RunningProcess> {
    isExpectedToEnd = false
    const started = await within(limits.startMs, start(extra), `${name} did not start`)
    isUp = true
    void started.exited.then((how) => {
      void removeSharedClock(started.pid)
      isUp = false
      if (isExpectedToEnd) return
      report(`${name} ended by itself with ${how}:\n${started.log().slice(-3_000)}`)
      void restart(0)
    })
    return started
  }

  /** One restart at a time: faults may overlap. */
  let restarting: Promise<void> = Promise.resolve()
  function restart(downMs: number, end?: () => Promise<void>): Promise<void> {
    restarting = restarting.then(async () => {
      if (end) {
        isExpectedToEnd = true
        isUp = false
        await end()
      }
      earlier += running.log()
      if (isStopped) return
      await delay(downMs)
      try {
        running = await launch()
      } catch (error) {
        report(String(error))
        running = await launch()
      }
    })
    return restarting
  }

  const resume = () => {
    isFrozen = false
    running.resume()
  }
  const terminated = async () => {
    if (isFrozen) resume()
    const code = await within(limits.stopMs, running.stop(), `${name} did not end by SIGTERM`)
    // 1: it could not save its checkpoints in time, which happens while its database is unavailable.
    if (code !== 0 && code !== 1) report(`${name} ended by SIGTERM with ${code}`)
  }

  return {
    name,
    baseUrl: () => running.baseUrl,
    pid: () => running.pid,
    isUp: () => isUp && !isFrozen,
    kill: (downMs) => restart(downMs, () => running.kill()),
    terminate: (downMs) => restart(downMs, terminated),
    freeze() {
      isFrozen = true
      running.freeze()
    },
    resume,
    restartWith(env) {
      extra = env
      return restart(0, () => running.kill())
    },
    settled: () => restarting,
    openFiles: async () => (await readdir(`/proc/${running.pid}/fd`)).length,
    log: () => earlier + running.log(),
    async stop() {
      isStopped = true
      await restart(0, terminated)
    },
  }
}

async function within<Value>(ms: number, promise: Promise<Value>, failure: string): Promise<Value> {
  const ending = new AbortController()
  const timeout = delay(ms, undefined, { signal: ending.signal }).then(() => {
    throw new Error(`${failure} in ${ms / 1_000} s`)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    ending.abort()
    timeout.catch(() => undefined)
  }
}
