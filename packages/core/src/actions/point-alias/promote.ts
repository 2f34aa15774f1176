import { z } from 'zod'
import { AliasMovedError, IndexReplacedError, IndexUnhealthyError } from '../../errors.ts'
import { IndexClosedError } from '../../index-errors.ts'
import {
  findAliasTargets,
  getIndex,
  readHealth,
  replaceOwnWriteAlias,
  swapAlias,
} from '../../search/index.ts'
import type { ItemContext, ModelLock, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { lockedCallMs, lockWaitMs, requireSameRun } from '../same-run.ts'
import { plan } from './plan.ts'
import { checkPromotion, refuseAltered } from './refusals.ts'
import { isOnly, readState, requestOf, type PointAliasState } from './state.ts'

const firstPollMs = 50
const maxPollMs = 1_000

const checkpointSchema = z.object({ since: z.number() }).nullable()
const outcomeSchema = z.enum(['promoted', 'unhealthy', 'changed'])
type Outcome = z.infer<typeof outcomeSchema>

/** Waits without a lock until the index is healthy; then moves the alias. */
export async function promote(context: ItemContext): Promise<WorkResult> {
  const { store, task } = context
  const state = readState(context)
  for (;;) {
    if (!(await waitForHealth(context, state))) return { kind: 'paused' }
    const outcome = await store.withModelLock(task.model, lockWaitMs, (lock) => move(context, state, lock))
    if (outcome !== 'unhealthy') return { kind: 'done', result: outcome }
  }
}

/** @returns false when the item should be returned. @throws IndexUnhealthyError, IndexReplacedError */
async function waitForHealth(context: ItemContext, { uuid }: PointAliasState): Promise<boolean> {
  const { search, clock, settings, task, signal, item } = context
  const saved = checkpointSchema.parse(item.checkpoint)
  const since = saved?.since ?? clock.now()
  const checkpoint = { since }
  if (!saved) await context.save({ checkpoint })
  let isSaid = false
  for (let pollMs = firstPollMs; ; pollMs = Math.min(maxPollMs, pollMs * 2)) {
    const [{ health, isFit }, found] = await look().catch(async (error: unknown) => {
      // A save ends the previous wait, so that the outage that begins now has its full time.
      if (isSaid) await context.save({ checkpoint })
      throw error
    })
    if (isFit) return true
    if (found?.uuid !== uuid) throw new IndexReplacedError(task.index)
    if (found.isClosed) throw new IndexClosedError(task.index)
    if (clock.now() - since >= settings.promoteTimeoutMs) throw new IndexUnhealthyError(task.index, health)
    if (context.isPausing()) return false
    await context.sayWaiting(
      `index ${task.index} is ${health}; the alias is moved once it is healthy`,
      pollMs,
    )
    isSaid = true
    await clock.sleep(pollMs, signal)
  }

  async function look() {
    const health = await readHealth(search, task.index)
    return [health, health.isFit ? null : await getIndex(search, task.index)] as const
  }
}

/** Checks everything again under the lock, where no other task can change it, and moves the alias in one call. */
async function move(context: ItemContext, state: PointAliasState, lock: ModelLock): Promise<Outcome> {
  const { task, search, settings, signal } = context
  const request = requestOf(task)
  const { alias } = request
  await requireSameRun(lock, task)
  const target = await getIndex(search, task.index)
  if (target?.uuid !== state.uuid) throw new IndexReplacedError(task.index)

  const from = await findAliasTargets(search, alias)
  const [altered] = refuseAltered(alias, from)
  if (altered) throw altered
  if (isOnly(from, state.uuid)) {
    await replaceOwnWriteAlias(search, target.name, task.id, null)
    await recordMove(context, state, lock)
    return 'promoted'
  }
  // The alias was moved manually since the plan: the new rollback target has to be recorded first.
  if (!isSame(from, state.from)) return 'changed'
  const { refusals } = await checkPromotion({ search, settings, records: lock, taskId: task.id }, request)
  if (refusals[0]) throw refusals[0]
  if (!(await readHealth(search, target.name)).isFit) return 'unhealthy'

  await lock.assertHeld()
  signal.throwIfAborted()
  const swap = {
    alias,
    from: from.map(({ name }) => name),
    to: target.name,
    // Not all indices of the cluster, because the role may lack the right to them.
    pattern: `${task.model}-*`,
    mark: state.mark,
  }
  if (!(await swapAlias(search, swap, lockedCallMs))) return 'changed'
  const now = await findAliasTargets(search, alias)
  if (!isOnly(now, state.uuid)) {
    throw new AliasMovedError(
      alias,
      now.map(({ name }) => name),
    )
  }
  await recordMove(context, state, lock)
  return 'promoted'
}

/** Records the previous target of the alias, once. An alias that already pointed there did not move. */
export async function recordMove(
  { task }: Pick<StepContext, 'task'>,
  { uuid, from }: PointAliasState,
  lock: ModelLock,
): Promise<void> {
  const { alias } = requestOf(task)
  if (isOnly(from, uuid)) return
  const last = await lock.lastAliasMove(alias)
  if (last?.taskId === task.id && last.to?.uuid === uuid) return
  await lock.recordAliasMove({
    alias,
    model: task.model,
    from,
    to: { name: task.index, uuid },
    taskId: task.id,
  })
}

function isSame(a: PointAliasState['from'], b: PointAliasState['from']): boolean {
  return a.length === b.length && a.every(({ uuid }) => b.some((other) => other.uuid === uuid))
}

/** Ends the task, or plans again if the alias or index was changed manually. */
export async function afterPromoting(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const [outcome] = z.tuple([outcomeSchema]).parse(results)
  return outcome === 'changed' ? plan(context) : finish(context)
}

/** The task's result: the current and the previous target of the alias. */
export function finish(context: Pick<StepContext, 'task'>): Extract<NextStep, { kind: 'finished' }> {
  const { uuid, from, restored, warnings } = readState(context)
  const { alias } = requestOf(context.task)
  return {
    kind: 'finished',
    result: {
      alias,
      from,
      to: { name: context.task.index, uuid },
      ...(restored.length > 0 && { restored }),
      ...(warnings.length > 0 && { warnings }),
    },
  }
}
