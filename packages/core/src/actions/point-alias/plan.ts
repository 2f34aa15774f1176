import { IndexReplacedError } from '../../errors.ts'
import {
  findAliasTargets,
  getIndex,
  putSettings,
  replaceOwnWriteAlias,
  writeAliasName,
} from '../../search/index.ts'
import type { NextStep, StepContext } from '../../tasks/index.ts'
import { checkPromotion } from './refusals.ts'
import { earlierState, isOnly, requestOf, type PointAliasState } from './state.ts'

/**
 * Records the current target of the alias, marks the new one, and corrects settings that a load left on it. The next
 * phase waits for it to be healthy.
 *
 * @throws the first precondition failure
 */
export async function plan(context: StepContext): Promise<NextStep> {
  const { task, search, settings, store } = context
  const request = requestOf(task)
  const promotion = { search, settings, records: store, taskId: task.id }
  const { refusals, warnings, restore } = await checkPromotion(promotion, request)
  if (refusals[0]) throw refusals[0]
  const target = await getIndex(search, task.index)
  if (!target) throw new IndexReplacedError(task.index)

  const from = await findAliasTargets(search, request.alias)
  const earlier = earlierState(context)
  // An earlier run may have moved the alias and died before it recorded that, so the previous target is the one it
  // recorded.
  const isMoved = earlier?.uuid === target.uuid && isOnly(from, target.uuid)
  const mark = writeAliasName(task, task.lastStage + 1)
  await replaceOwnWriteAlias(search, target.name, task.id, mark)
  const restored = Object.keys(restore).map((name) => `setting ${name}`)
  // Through the mark: a late call doesn't find it and changes nothing.
  if (restored.length > 0) await putSettings(search, { index: target.name, alias: mark }, restore)
  const state: PointAliasState = {
    uuid: target.uuid,
    mark,
    from: isMoved ? earlier.from : from,
    restored: [...new Set([...(earlier?.restored ?? []), ...restored])],
    warnings,
  }
  return { kind: 'phase', phase: 'promoting', items: [{ payload: null }], state }
}
