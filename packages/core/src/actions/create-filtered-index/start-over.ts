import { FilteringFailedError, IndexReplacedError } from '../../errors.ts'
import type { NextStep, StepContext } from '../../tasks/index.ts'
import { deleteTarget, isTargetOf } from './clean-up.ts'
import { findSource, startCloning } from './plan.ts'
import { readState, sourceName } from './state.ts'
import type { SensitiveTerm } from '../terms.ts'

/**
 * Starts over with a new clone, a limited number of times: it is unknown what exactly was deleted from the old one.
 *
 * @throws FilteringFailedError with the reason
 */
export async function startOver(
  context: StepContext,
  terms: readonly SensitiveTerm[],
  reason: string,
): Promise<NextStep> {
  const { task, settings } = context
  const state = readState(context)
  const { round, aliasNumber, copies, filteredFrom } = state
  if (round > settings.maxRepairRounds) throw new FilteringFailedError(task.index, reason)
  await deleteTarget(context, isTargetOf(state))
  const source = await findSource(context)
  if (source.info.uuid !== filteredFrom) throw new IndexReplacedError(sourceName(task))
  return startCloning(context, source, terms, { round: round + 1, aliasNumber: aliasNumber + 1, copies })
}
