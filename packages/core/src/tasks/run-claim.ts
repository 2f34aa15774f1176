import { classifyError } from '../classify-error.ts'
import { ActionUnavailableError, LeaseLostError } from '../errors.ts'
import type { Action, PhaseHandler, StepContext, TaskContext } from './action.ts'
import { holdLease } from './hold-lease.ts'
import type { Outage } from './outage.ts'
import { toTaskError } from './task-error.ts'
import type { Claim } from './task-store.ts'

type Work = Extract<Claim, { kind: 'item' | 'advance' }>

/**
 * Does what was claimed: an item, or the planning of what follows.
 *
 * @returns null when it went well, was given back, or was lost to another worker; else why it failed
 */
export async function runClaim(
  context: TaskContext,
  claim: Work,
  run: { isPausing(): boolean; outage: Outage },
): Promise<unknown> {
  const { store } = context
  const holding = holdLease(context, claim.lease)
  try {
    const { handler, step } = prepare(context, claim, holding.signal)
    if (claim.kind === 'advance') {
      await store.advance(claim.lease, await handler.next(step, claim.results))
    } else {
      const result = await doItem(handler, step, claim, context, run)
      if (result.kind === 'paused') await store.release(claim.lease)
      else await store.completeItem(claim.lease, result.result)
    }
    run.outage.end()
    return null
  } catch (thrown) {
    // What a lost lease makes fail is no failure of the task: somebody else works on it now.
    const error = holding.lost() ?? classifyError(thrown)
    if (error instanceof LeaseLostError) return null
    return error
  } finally {
    holding.stop()
  }
}

function doItem(
  handler: PhaseHandler,
  step: StepContext,
  claim: Extract<Work, { kind: 'item' }>,
  { store }: TaskContext,
  { isPausing, outage }: { isPausing(): boolean; outage: Outage },
) {
  if (!handler.work)
    throw new Error(`phase ${claim.task.phase} of ${claim.task.action} has items but no work`)
  return handler.work({
    ...step,
    item: claim.item,
    isPausing,
    async save(progress) {
      step.signal.throwIfAborted()
      await store.saveProgress(claim.lease, progress)
      outage.end()
    },
  })
}

/** Ends a task as failed, after leaving the world tidy as far as it can be reached. */
export async function failTask(context: TaskContext, claim: Work, failure: unknown): Promise<void> {
  const untidy = await cleanUp(context, claim)
  await context.store.fail(claim.lease, {
    ...toTaskError(failure),
    ...(untidy && { clean_up_failed: untidy }),
  })
}

/** @returns why it failed, if it did: that must not hide why the task did, and the task's next run tidies first */
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

function prepare(context: TaskContext, { task }: Work, signal: AbortSignal) {
  const action: Action | undefined = context.actions.find(({ name }) => name === task.action)
  const handler = action?.phases[task.phase]
  if (!action || !handler) throw new ActionUnavailableError(task.action)
  const model = context.models.find(({ name }) => name === task.model)
  if (!model) throw new Error(`this server has no model ${task.model}; run the task where it is defined`)
  const { store, db, search, settings, readSensitiveTerms, clock } = context
  const step: StepContext = { task, model, store, db, search, settings, readSensitiveTerms, clock, signal }
  return { action, handler, step }
}
