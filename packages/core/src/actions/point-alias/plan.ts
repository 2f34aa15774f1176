import { IndexReplacedError } from '../../errors.ts'
import { findAliasTargets, getIndex, replaceOwnWriteAlias, writeAliasName } from '../../search/index.ts'
import type { NextStep, StepContext } from '../../tasks/index.ts'
import { findRefusals } from './refusals.ts'
import { earlierState, isOnly, requestOf, type PointAliasState } from './state.ts'

/**
 * Notes what the alias points to now, marks the index that it shall point to, and waits for that to be healthy in
 * the phase that follows.
 *
 * @throws the first of what forbids it
 */
export async function plan(context: StepContext): Promise<NextStep> {
  const { task, search, settings, store } = context
  const request = requestOf(task)
  const [refusal] = await findRefusals({ search, settings, records: store }, request)
  if (refusal) throw refusal
  const target = await getIndex(search, task.index)
  if (!target) throw new IndexReplacedError(task.index)

  const from = await findAliasTargets(search, request.alias)
  const earlier = earlierState(context)
  // An earlier run may have moved it and ended before it could say so: what was before is what that run noted.
  const isMoved = earlier?.uuid === target.uuid && isOnly(from, target.uuid)
  const mark = writeAliasName(task.id, task.lastStage + 1)
  await replaceOwnWriteAlias(search, target.name, task.id, mark)
  const state: PointAliasState = { uuid: target.uuid, mark, from: isMoved ? earlier.from : from }
  return { kind: 'phase', phase: 'promoting', items: [{ payload: null }], state }
}
