import { z } from 'zod'
import { backoffMs } from '../../clock.ts'
import { IndexReplacedError, IndexUnhealthyError } from '../../errors.ts'
import { IndexClosedError } from '../../index-errors.ts'
import { getIndex, readHealth, type NamedIndex } from '../../search/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { lockWaitMs } from '../same-run.ts'
import { move, outcomeSchema } from './move.ts'
import { plan } from './plan.ts'
import { changesOf, readState, type PointAliasState } from './state.ts'

const firstPollMs = 50
const maxPollMs = 1_000

const checkpointSchema = z.object({ since: z.number() }).nullable()
/** Waits without a lock until the indices are healthy; then moves the aliases. */
export async function promote(context: ItemContext): Promise<WorkResult> {
  const { store, task } = context
  const state = readState(context)
  for (;;) {
    if (!(await waitForHealth(context, state))) return { kind: 'paused' }
    const outcome = await store.withModelLock(task.model, lockWaitMs, (lock) => move(context, state, lock))
    if (outcome !== 'unhealthy') return { kind: 'done', result: outcome }
  }
}

/**
 * Waits until every index to promote is healthy; of several, it reports the first that is not.
 *
 * @returns false when the item should be returned
 * @throws IndexUnhealthyError, IndexReplacedError, IndexClosedError
 */
async function waitForHealth(context: ItemContext, state: PointAliasState): Promise<boolean> {
  const { clock, settings, task, signal, item } = context
  const saved = checkpointSchema.parse(item.checkpoint)
  const since = saved?.since ?? clock.now()
  const checkpoint = { since }
  if (!saved) await context.save({ checkpoint })
  const targets = changesOf(task, state).map(({ to }) => to)
  let isSaid = false
  for (let polls = 0; ; polls++) {
    const unhealthy = await findUnhealthy(context, targets).catch(async (error: unknown) => {
      // A save ends the previous wait, so that the outage that begins now has its full time.
      if (isSaid) await context.save({ checkpoint })
      throw error
    })
    if (!unhealthy) return true
    const { name, health } = unhealthy
    if (clock.now() - since >= settings.promoteTimeoutMs) throw new IndexUnhealthyError(name, health)
    if (context.isPausing()) return false
    const pollMs = backoffMs(polls, firstPollMs, maxPollMs, () => 1) // one worker polls
    const what = targets.length === 1 ? 'the alias is moved' : 'both aliases are moved'
    await context.reportWaiting(`index ${name} is ${health}; ${what} once it is healthy`, pollMs)
    isSaid = true
    await clock.sleep(pollMs, signal)
  }
}

/** @throws IndexReplacedError, IndexClosedError */
async function findUnhealthy(
  { search }: Pick<StepContext, 'search'>,
  targets: readonly NamedIndex[],
): Promise<{ name: string; health: string } | null> {
  for (const { name, uuid } of targets) {
    const { health, isReady } = await readHealth(search, name)
    if (isReady) continue
    const found = await getIndex(search, name)
    if (found?.uuid !== uuid) throw new IndexReplacedError(name)
    if (found.isClosed) throw new IndexClosedError(name)
    return { name, health }
  }
  return null
}

/** Ends the task, or plans again if an alias or index was changed manually. */
export async function afterPromoting(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const [outcome] = z.tuple([outcomeSchema]).parse(results)
  return outcome === 'changed' ? plan(context) : finish(context)
}

/** The task's result: the current and the previous target of each alias, and whether it was its target before. */
export function finish(context: Pick<StepContext, 'task'>): Extract<NextStep, { kind: 'finished' }> {
  const state = readState(context)
  const { restored, warnings, exceptions } = state
  const [own, filtered] = changesOf(context.task, state).map(({ alias, from, to, liveBefore }) => {
    const toJson = ({ name, uuid }: NamedIndex) => ({ name, uuid })
    const live_before = liveBefore
    return { alias, from: from.map(toJson), to: toJson(to), ...(live_before !== null && { live_before }) }
  })
  return {
    kind: 'finished',
    result: {
      ...own,
      ...(filtered && { filtered }),
      ...(restored.length > 0 && { restored }),
      ...(warnings.length > 0 && { warnings }),
      ...(exceptions.length > 0 && { exceptions }),
    },
  }
}
