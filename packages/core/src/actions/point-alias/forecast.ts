import type { PointAliasRequest } from '../../contract/index.ts'
import { durationText } from '../../duration-text.ts'
import { findAliasTargets, readHealth, readIndexStatistics } from '../../search/index.ts'
import type { Forecast, PlanContext } from '../../tasks/index.ts'
import { unknown } from '../estimates.ts'
import { checkPromotion, isFiltered } from './refusals.ts'

/** One short call, once the index is healthy. */
export async function forecastPromotion(
  context: PlanContext,
  request: PointAliasRequest,
  index: string,
): Promise<Forecast> {
  const { search, settings, store } = context
  const { alias } = request
  const promotion = { search, settings, records: store, taskId: null }
  const check = await checkPromotion(promotion, request)
  const { refusals } = check
  const [target] = await readIndexStatistics(search, index)
  if (!target) return { ...unknown, refusals }

  const record = await store.getIndex(target.uuid)
  const live = await findAliasTargets(search, alias)
  const left = live.filter(({ uuid }) => uuid !== target.uuid).map(({ name }) => name)
  const { health, isFit } = await readHealth(search, index)
  const warnings = [...check.warnings]
  const restored = Object.keys(check.restore)
  if (restored.length > 0) warnings.push(`${index}: ${restored.join(', ')} would be put right`)
  if (!isFit && !target.isClosed) {
    warnings.push(
      `${index} is ${health}: the task waits for up to ${durationText(settings.promoteTimeoutMs)}`,
    )
  }
  if (target.documents === 0) warnings.push(`${index} has no documents`)
  if (alias === request.model && isFiltered(index, record)) {
    warnings.push(`${index} is filtered: ${alias} will not find what was taken out of it`)
  }
  for (const name of left) warnings.push(sayHowLongItStays(name, alias, settings.rollbackWindowMs))
  if (live.length === 1 && left.length === 0) warnings.push(`${alias} points to ${index} already`)
  return {
    ...unknown,
    documents: target.documents ?? record?.documents ?? null,
    bytes: target.bytes,
    seconds: isFit ? 1 : null,
    shards: target.shards,
    replicas: target.replicas,
    refusals,
    warnings,
  }
}

function sayHowLongItStays(name: string, alias: string, rollbackWindowMs: number): string {
  return rollbackWindowMs === 0
    ? `${name} can be deleted as soon as ${alias} has moved, and then there is no way back to it`
    : `${name} can't be deleted for ${durationText(rollbackWindowMs)} after ${alias} has moved, so that it can be rolled back`
}
