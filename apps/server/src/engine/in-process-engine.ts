import type { Logger } from '../log.ts'

/** How long `stop` waits for the tasks to save their checkpoints. */
const stopTimeoutMs = 10_000
const firstRetryMs = 1_000
const maxRetryMs = 60_000

export interface Engine {
  /** Starts work on a task as soon as there is room; a task that failed to run is tried at once. */
  wake(taskId: string): void
  /** Picks up every active task now and from time to time, so that a restart or a dead process loses none. */
  start(): void
  /** Asks the running tasks to save their checkpoints, and resolves when they have, at most 10 s later. */
  stop(): Promise<void>
}

/** Timers as a dependency, so that tests need not wait. */
export interface Timers {
  /** Calls back once after `ms`. @returns a function that prevents it */
  after(ms: number, callback: () => void): () => void
}

export interface EngineOptions {
  /** Works on a task until it has ended or the signal aborts. Safe to call for a task that has ended. */
  runTask(taskId: string, options: { signal: AbortSignal }): Promise<unknown>
  /** Ids of the tasks that are queued or running, oldest first. */
  listActive(): Promise<readonly string[]>
  log: Logger
  maxConcurrentTasks: number
  pollIntervalMs: number
  timers?: Timers
}

/**
 * What a task that is known here does:
 *
 *     (unknown) ── wake, poll ──► queued ── room ──► running ── ended, paused ──► (unknown)
 *                                   ▲                   │
 *                                   └── time, wake ── resting ◄── threw
 *
 * A task that is woken while it runs is queued again when it stops, for what it saw may be out of date. Nothing is
 * kept here that the store doesn't know: the next poll finds whatever is lost.
 */
type Work =
  { kind: 'queued' } | { kind: 'running'; again: boolean } | { kind: 'resting'; cancelRest: () => void }

/** Runs tasks in this process. */
export function createInProcessEngine(options: EngineOptions): Engine {
  const { runTask, listActive, log, maxConcurrentTasks, pollIntervalMs, timers = systemTimers } = options
  const stopping = new AbortController()
  /** In the order in which tasks became known: the first that is queued is the next to run. */
  const works = new Map<string, Work>()
  /** Runs in a row that threw. */
  const failures = new Map<string, number>()
  const runs = new Set<Promise<void>>()
  let polling = false
  let cancelNextPoll: () => void = () => undefined
  let listFailures = 0
  let stopped: Promise<void> | null = null

  function setWork(taskId: string, work: Work): void {
    // Deleted first, so that it goes to the end of the order.
    works.delete(taskId)
    works.set(taskId, work)
  }

  function wake(taskId: string): void {
    if (stopping.signal.aborted) return
    const work = works.get(taskId)
    if (work?.kind === 'running') work.again = true
    if (work?.kind === 'resting') work.cancelRest()
    if (work === undefined || work.kind === 'resting') setWork(taskId, { kind: 'queued' })
    fillRoom()
  }

  function fillRoom(): void {
    for (const [taskId, work] of works) {
      if (runs.size >= maxConcurrentTasks || stopping.signal.aborted) return
      if (work.kind === 'queued') startRun(taskId)
    }
  }

  function startRun(taskId: string): void {
    const running = { kind: 'running' as const, again: false }
    works.set(taskId, running)
    const run = runOnce(taskId).then((succeeded) => {
      runs.delete(run)
      if (running.again) setWork(taskId, { kind: 'queued' })
      else if (succeeded) works.delete(taskId)
      else rest(taskId)
      fillRoom()
    })
    runs.add(run)
  }

  async function runOnce(taskId: string): Promise<boolean> {
    try {
      await runTask(taskId, { signal: stopping.signal })
      failures.delete(taskId)
      return true
    } catch (error) {
      const failed = (failures.get(taskId) ?? 0) + 1
      failures.set(taskId, failed)
      log.error('task could not be run; it will be tried again', { task_id: taskId, failures: failed, error })
      return false
    }
  }

  function rest(taskId: string): void {
    if (stopping.signal.aborted) return
    const restMs = Math.min(maxRetryMs, firstRetryMs * 2 ** ((failures.get(taskId) ?? 1) - 1))
    setWork(taskId, { kind: 'resting', cancelRest: timers.after(restMs, () => wake(taskId)) })
  }

  async function poll(): Promise<void> {
    try {
      for (const taskId of await listActive()) if (!works.has(taskId)) wake(taskId)
      if (listFailures > 0) log.info('active tasks can be listed again')
      listFailures = 0
    } catch (error) {
      // Once, not at every poll: an outage may be long.
      if (listFailures++ === 0) log.warn('active tasks could not be listed; this is tried again', { error })
    }
    if (!stopping.signal.aborted) cancelNextPoll = timers.after(pollIntervalMs, () => void poll())
  }

  async function stopRunning(): Promise<void> {
    stopping.abort()
    cancelNextPoll()
    for (const work of works.values()) if (work.kind === 'resting') work.cancelRest()
    if (runs.size === 0) return

    let cancelTimeout: () => void = () => undefined
    const timeout = new Promise<void>((resolve) => {
      cancelTimeout = timers.after(stopTimeoutMs, resolve)
    })
    await Promise.race([Promise.all(runs), timeout])
    cancelTimeout()
    if (runs.size > 0) log.warn('tasks did not stop in time; their leases will lapse', { tasks: runs.size })
  }

  return {
    wake,
    start() {
      if (polling) return
      polling = true
      void poll()
    },
    stop: () => (stopped ??= stopRunning()),
  }
}

const systemTimers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
