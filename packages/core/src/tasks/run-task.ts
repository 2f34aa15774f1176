import { classifyError } from '../classify-error.ts'
import { LeaseLostError } from '../errors.ts'
import type { TaskContext } from './action.ts'
import { createOutageWatch, type OutageWatch } from './outage.ts'
import { failTask, runClaim, type Work } from './run-claim.ts'
import type { TaskRecord } from './task-store.ts'

export interface RunOptions {
  /** Gives everything back at the next checkpoint and returns. */
  signal?: AbortSignal
  /** The same at a moment, milliseconds since the epoch: for functions whose time is limited. */
  deadline?: number
  /**
   * False: returns, as paused, when there is nothing to do at the moment, because others hold all that is left or a
   * service is away. For callers with other tasks to work on; else it waits.
   */
  waitForOthers?: boolean
}

/** Paused: not at its end, and worth going on with after `waitMs` milliseconds. */
export type RunResult = { paused: true; waitMs: number } | { paused: false; task: TaskRecord }

/**
 * How long to wait at most before looking again for something to do while others hold what is left: what they leave, of
 * a phase that takes half a second, should not wait longer than that.
 */
const maxWaitMs = 200

/**
 * Works on a task until it has ended, or until a stop is requested. Any number of calls at once, on any number of
 * machines, share the task's items; a call that ends early leaves checkpoints, and the next goes on from them.
 *
 * A service that is away is waited for, with the reason in the task, up to `settings.outageTimeoutMs`; then the
 * task fails.
 *
 * @throws TaskNotFoundError
 * @throws DatabaseUnavailableError when the tasks themselves can't be read or written for that long
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
    await pause(context, step.isOthers ? Math.min(step.waitMs, maxWaitMs) : step.waitMs, signal)
  }
  return { paused: true, waitMs: 0 }
}

type StepResult =
  { kind: 'ended'; task: TaskRecord } | { kind: 'goes on'; waitMs: number; isOthers?: boolean }

/** Claims something and does it. @returns whether the task has ended, else how long to wait before the next step */
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
    if (claim.kind === 'wait') return { kind: 'goes on', waitMs: claim.forMs, isOthers: true }
    return { kind: 'goes on', waitMs: await work(context, claim, run) }
  } catch (thrown) {
    const error = classifyError(thrown)
    if (error instanceof LeaseLostError) return { kind: 'goes on', waitMs: 0 }
    // The tasks' own database is away: the state can't say so, but the wait is the same.
    const waitMs = await run.outage.report(error, null)
    if (waitMs === null) throw error
    return { kind: 'goes on', waitMs }
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
    // The planner of a task that was cancelled meanwhile: it writes nothing more, so the cleanup may begin.
    if (claim.kind === 'advance') await context.store.release(claim.lease)
  }
}

/** A wait that ends early, without an error, when the caller wants to stop. */
async function pause(context: TaskContext, ms: number, signal: AbortSignal | undefined): Promise<void> {
  await context.clock.sleep(ms, signal).catch(() => undefined)
}
