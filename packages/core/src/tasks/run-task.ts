import { classifyError } from '../classify-error.ts'
import { sleepUnlessAborted } from '../clock.ts'
import { LeaseLostError } from '../errors.ts'
import type { TaskContext } from './action.ts'
import { createOutageWatch, type OutageWatch } from './outage.ts'
import { failTask, runClaim, type Work } from './run-claim.ts'
import type { TaskRecord } from './task-store.ts'

export interface RunOptions {
  /** Releases all leases at the next checkpoint and returns. */
  signal?: AbortSignal
  /** Does the same at this time, milliseconds since the epoch: for functions with limited time. */
  deadline?: number
  /**
   * False: returns as paused when there is currently nothing to do, because other workers hold the remaining items or a
   * service is unavailable. For callers with other tasks to work on. Otherwise it waits.
   */
  waitForOthers?: boolean
}

/** Paused: has not ended, and can continue after `waitMs` milliseconds. */
export type RunResult = { paused: true; waitMs: number } | { paused: false; task: TaskRecord }

/**
 * Maximum time between claims while other workers hold the remaining items: a phase that takes half a second should not
 * be followed by a longer wait.
 */
const maxWaitMs = 200

/**
 * Works on a task until it has ended, or until a stop is requested. Any number of calls at once, on any number of
 * machines, share the task's items; a call that ends early leaves checkpoints, from which the next continues.
 *
 * Waits for an unavailable service up to `settings.outageTimeoutMs`, with the reason in the task; then the task fails.
 *
 * @throws TaskNotFoundError
 * @throws DatabaseUnavailableError when the task store itself is unavailable for that long
 * @example
 * import { runTask, type TaskContext } from '@ingestion-server/core'
 *
 * export async function work(context: TaskContext, taskId: string): Promise<void> {
 *   // For a platform that ends a call after 30 seconds.
 *   const result = await runTask(context, taskId, { deadline: Date.now() + 25_000 })
 *   if (result.paused) console.log(`call again in ${result.waitMs} ms`)
 *   else console.log(result.task.status, result.task.error?.detail)
 * }
 */
export async function runTask(
  context: TaskContext,
  taskId: string,
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal, deadline = Infinity, waitForOthers = true } = options
  const isPausing = () => signal?.aborted === true || context.clock.now() >= deadline
  const run = { isPausing, outage: createOutageWatch(context) }

  while (!isPausing()) {
    const step = await runStep(context, taskId, run)
    if (step.kind === 'ended') return { paused: false, task: step.task }
    if (step.waitMs === 0) continue
    if (!waitForOthers) return { paused: true, waitMs: step.waitMs }
    const waitMs = step.isOthers ? Math.min(step.waitMs, maxWaitMs) : step.waitMs
    await sleepUnlessAborted(context.clock, waitMs, signal)
  }
  return { paused: true, waitMs: 0 }
}

type StepResult =
  { kind: 'ended'; task: TaskRecord } | { kind: 'continues'; waitMs: number; isOthers?: boolean }

/** Claims work and runs it. @returns whether the task has ended, otherwise how long to wait before the next step */
async function runStep(
  context: TaskContext,
  taskId: string,
  run: { isPausing(): boolean; outage: OutageWatch },
): Promise<StepResult> {
  const { store, worker, settings } = context
  try {
    const claim = await store.claim(taskId, worker, settings.leaseMs)
    run.outage.end()
    if (claim.kind === 'ended') return claim
    if (claim.kind === 'wait') return { kind: 'continues', waitMs: claim.forMs, isOthers: true }
    return { kind: 'continues', waitMs: await work(context, claim, run) }
  } catch (thrown) {
    const error = classifyError(thrown)
    if (error instanceof LeaseLostError) return { kind: 'continues', waitMs: 0 }
    // The task database is unavailable: the task can't record that, but the wait is the same.
    const waitMs = await run.outage.report(error, null)
    if (waitMs === null) throw error
    return { kind: 'continues', waitMs }
  }
}

/** @returns milliseconds to wait before the next step */
async function work(
  context: TaskContext,
  claim: Work,
  run: { isPausing(): boolean; outage: OutageWatch },
): Promise<number> {
  try {
    const failure = await runClaim(context, claim, run.isPausing)
    if (failure === null) return 0
    const waitMs = await run.outage.report(failure, claim)
    if (waitMs === null) await failTask(context, claim, failure)
    return waitMs ?? 0
  } finally {
    // Planner of a task that was cancelled meanwhile: it has stopped writing, so the cleanup may begin.
    if (claim.kind === 'advance') await context.store.release(claim.lease)
  }
}
