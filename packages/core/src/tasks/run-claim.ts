import { classifyError } from '../classify-error.ts'
import { ActionUnavailableError, LeaseLostError } from '../errors.ts'
import { tieDatabase } from '../rows/index.ts'
import { requestTimeoutMs, tieSearch } from '../search/index.ts'
import type { Action, PhaseHandler, StepContext, TaskContext } from './action.ts'
import { holdLease, type HeldLease } from './hold-lease.ts'
import { toTaskError } from './task-error.ts'
import { shareLimits } from './share-limits.ts'
import type { Claim, Json, Lease, NextStep, Outage, TaskRecord } from './task-store.ts'

export type Work = Extract<Claim, { kind: 'item' | 'advance' }>

/**
 * Runs claimed work: an item, or the planning of the next phase.
 *
 * @returns null when it succeeded, was returned, or was lost to another worker; otherwise the failure
 */
export async function runClaim(
  context: TaskContext,
  claim: Work,
  isPausing: () => boolean,
): Promise<unknown> {
  const { store } = context
  const holding = holdLease(context, claim.lease)
  try {
    const { action, step } = prepare(context, claim, holding.signal)
    if (claim.kind === 'advance') {
      await store.advance(claim.lease, await planNext(action, step, claim.results))
    } else {
      const result = await doItem(action, step, claim, { isPausing, holding })
      if (result.kind === 'paused') await store.release(claim.lease)
      else await store.completeItem(claim.lease, result.result)
    }
    return null
  } catch (thrown) {
    // An error after a lost lease is not a failure of the task: another worker has it.
    const error = holding.lost() ?? classifyError(thrown)
    if (error instanceof LeaseLostError) return null
    return error
  } finally {
    holding.stop()
  }
}

async function planNext(action: Action, step: StepContext, results: readonly Json[]): Promise<NextStep> {
  if (step.task.phase === 'cancelling') return (await action.cancel(step)) ?? { kind: 'cancelled' }
  return handlerOf(action, step.task).next(step, results)
}

function doItem(
  action: Action,
  step: StepContext,
  claim: Extract<Work, { kind: 'item' }>,
  { isPausing, holding }: { isPausing(): boolean; holding: HeldLease },
) {
  const { work } = handlerOf(action, claim.task)
  if (!work) throw new Error(`phase ${claim.task.phase} of ${claim.task.action} has items but no work`)
  return work({
    ...step,
    item: claim.item,
    isPausing,
    limits: () => shareLimits(holding.quota() ?? claim.quota),
    async save(progress) {
      step.signal.throwIfAborted()
      holding.setQuota(await step.store.saveProgress(claim.lease, progress))
    },
    async reportWaiting(reason, retryAfterMs) {
      step.signal.throwIfAborted()
      await step.store.setWaiting(claim.lease, {
        for: 'opensearch',
        reason,
        retryAfterMs: () => retryAfterMs,
      })
    },
  })
}

/** Ends a task as failed, after cleaning up in the services that can be reached. */
export async function failTask(context: TaskContext, claim: Work, failure: unknown): Promise<void> {
  const cleanUpError = await cleanUp(context, claim)
  await context.store.fail(claim.lease, {
    ...toTaskError(failure),
    ...(cleanUpError && { clean_up_failed: cleanUpError }),
  })
}

/**
 * @returns why the cleanup failed, if it did. Not thrown, because it must not hide the task's own failure; the next run
 * cleans up first
 */
async function cleanUp(context: TaskContext, claim: Work): Promise<string | null> {
  const holding = holdLease(context, claim.lease)
  try {
    const { action, step } = prepare(context, claim, holding.signal)
    await action.cleanUp(step)
    return null
  } catch (error) {
    return toTaskError(classifyError(error)).detail
  } finally {
    holding.stop()
  }
}

function prepare(context: TaskContext, { task, lease }: Work, signal: AbortSignal) {
  const action: Action | undefined = context.actions.find(({ name }) => name === task.action)
  if (!action) throw new ActionUnavailableError(task.action)
  const model = context.models.find(({ name }) => name === task.model)
  if (!model) throw new Error(`this server has no model ${task.model}; run the task where it is defined`)
  const { store, settings, readSensitiveTerms, clock, reuse } = context
  const services = tieServices(context, lease, signal)
  const step: StepContext = {
    task,
    model,
    store,
    ...services,
    settings,
    readSensitiveTerms,
    clock,
    reuse,
    signal,
  }
  return { action, step }
}

/** Ends calls to a service with the lease, and records in the task when a call gets no response. */
function tieServices({ store, db, search, settings, clock }: TaskContext, lease: Lease, signal: AbortSignal) {
  const { silenceMs, catalogTimeoutMs, outageTimeoutMs } = settings
  const reportSilence = (service: Outage['for']) => (reason: string, remainingMs: number) =>
    // If that can't be recorded, the call still reports its own result.
    void store
      .setWaiting(lease, { for: service, reason, retryAfterMs: () => remainingMs })
      .catch(() => undefined)
  const watch = { clock, signal, silenceMs }
  // Not above the outage timeout: otherwise an outage could exceed it unnoticed, before the statement is cancelled.
  const limitMs = Math.min(catalogTimeoutMs, Math.max(outageTimeoutMs, silenceMs))
  return {
    db: tieDatabase(db, { ...watch, limitMs, onSilence: reportSilence('postgres') }),
    search: tieSearch(search, {
      ...watch,
      limitMs: requestTimeoutMs,
      onSilence: reportSilence('opensearch'),
    }),
  }
}

function handlerOf({ phases }: Action, { action, phase }: TaskRecord): PhaseHandler {
  const handler = phases[phase]
  if (!handler) throw new ActionUnavailableError(action)
  return handler
}
