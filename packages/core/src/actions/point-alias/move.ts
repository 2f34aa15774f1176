import { z } from 'zod'
import { AliasMovedError, IndexReplacedError } from '../../errors.ts'
import {
  findAliasTargets,
  getIndex,
  readHealth,
  replaceOwnWriteAlias,
  swapAliases,
  type AliasTarget,
} from '../../search/index.ts'
import type { ItemContext, ModelLock, StepContext } from '../../tasks/index.ts'
import { lockedCallMs, requireSameRun } from '../same-run.ts'
import { checkRequest } from './check-request.ts'
import { refuseAltered } from './check-promotion.ts'
import { changesOf, isOnly, isSame, requestOf, type AliasChange, type PointAliasState } from './state.ts'

export const outcomeSchema = z.enum(['promoted', 'unhealthy', 'changed'])
export type Outcome = z.infer<typeof outcomeSchema>

/** Checks everything again under the lock, where no other task can change it, and moves the aliases in one call. */
export async function move(context: ItemContext, state: PointAliasState, lock: ModelLock): Promise<Outcome> {
  const { task, search, settings, signal } = context
  const request = requestOf(task)
  const changes = changesOf(task, state)
  await requireSameRun(lock, task)
  for (const { to } of changes) {
    if ((await getIndex(search, to.name))?.uuid !== to.uuid) throw new IndexReplacedError(to.name)
  }

  const now = await readTargets(context, changes)
  for (const [position, { alias }] of changes.entries()) {
    const [altered] = refuseAltered(alias, now[position] ?? [])
    if (altered) throw altered
  }
  if (areMoved(changes, now)) {
    for (const { to } of changes) await replaceOwnWriteAlias(search, to.name, task.id, null)
    await recordMoves(context, changes, lock)
    return 'promoted'
  }
  // An alias was moved manually since the plan: the new rollback target has to be recorded first.
  if (!changes.every(({ from }, position) => isSame(now[position] ?? [], from))) return 'changed'
  const promotion = { search, settings, records: lock, taskId: task.id }
  const { preconditionFailures } = await checkRequest(promotion, request, state.filtered?.name)
  if (preconditionFailures[0]) throw preconditionFailures[0]
  for (const { to } of changes) if (!(await readHealth(search, to.name)).isReady) return 'unhealthy'

  await lock.assertHeld()
  signal.throwIfAborted()
  const swaps = changes.map(({ alias, from, to, writeAlias }) => {
    return { alias, from: from.map(({ name }) => name), to: to.name, writeAlias }
  })
  // Not all indices of the cluster, because the role may lack the right to them.
  if (!(await swapAliases(search, swaps, `${task.model}-*`, lockedCallMs))) return 'changed'
  const after = await readTargets(context, changes)
  for (const [position, { alias, to }] of changes.entries()) {
    const targets = after[position] ?? []
    if (!isOnly(targets, to.uuid)) {
      throw new AliasMovedError(
        alias,
        targets.map(({ name }) => name),
      )
    }
  }
  await recordMoves(context, changes, lock)
  return 'promoted'
}

/** The current targets of each alias, in their order. */
export async function readTargets(
  { search }: Pick<StepContext, 'search'>,
  changes: readonly AliasChange[],
): Promise<AliasTarget[][]> {
  const targets: AliasTarget[][] = []
  for (const { alias } of changes) targets.push(await findAliasTargets(search, alias))
  return targets
}

/** Whether each alias points to its new index only. */
export function areMoved(changes: readonly AliasChange[], now: readonly AliasTarget[][]): boolean {
  return changes.every(({ to }, position) => isOnly(now[position] ?? [], to.uuid))
}

/**
 * Records the previous target of each alias, once, in one transaction. An alias that already pointed there did not
 * move.
 */
export async function recordMoves(
  { task }: Pick<StepContext, 'task'>,
  changes: readonly AliasChange[],
  lock: ModelLock,
): Promise<void> {
  for (const { alias, from, to } of changes) {
    if (isOnly(from, to.uuid)) continue
    const last = await lock.lastAliasMove(alias)
    if (last?.taskId === task.id && last.to?.uuid === to.uuid) continue
    await lock.recordAliasMove({ alias, model: task.model, from, to, taskId: task.id })
  }
}
