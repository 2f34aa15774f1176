import type { PlanMove, PointAliasRequest } from '../../contract/index.ts'
import { durationText } from '../../duration-text.ts'
import { findAliasTargets, readHealth, readIndexStatistics } from '../../search/index.ts'
import type { Forecast, PlanContext } from '../../tasks/index.ts'
import { preconditionFailureOf, unknown } from '../estimates.ts'
import { isFiltered } from '../is-filtered.ts'
import { hashTerms, readTerms } from '../terms.ts'
import { checkRequest, type CheckedMove } from './check-request.ts'
import { countLive } from './compare-live.ts'
import { toPlanExceptions } from './exceptions.ts'
import type { PromotionContext } from './promotion-context.ts'

/** Timeout for reading the list of terms, milliseconds. */
const termsTimeoutMs = 5_000

/** One short call, once the indices are healthy. The estimates are those of the index that the request names. */
export async function forecastPromotion(context: PlanContext, request: PointAliasRequest): Promise<Forecast> {
  const { search, settings, store } = context
  const promotion = { search, settings, records: store, taskId: null }
  const check = await checkRequest(promotion, request)
  const exceptions = toPlanExceptions(check.exceptions)
  const forecast: Forecast = { ...unknown, preconditionFailures: check.preconditionFailures, exceptions }
  const own = check.moves[0]
  const [target] = own?.check.target ? await readIndexStatistics(search, own.index) : []
  if (!target) return forecast

  const moves: PlanMove[] = []
  const warnings = [...check.warnings]
  let seconds: number | null = 1
  for (const move of check.moves) {
    const described = await describeMove(promotion, move)
    moves.push(described.move)
    warnings.push(...described.warnings)
    if (!described.isReady) seconds = null
  }
  const copy = check.moves.find(({ copyOf }) => copyOf !== null)
  warnings.push(...(copy ? await compareTerms(context, copy) : []))
  return {
    ...forecast,
    documents: target.documents ?? (await store.getIndex(target.uuid))?.documents ?? null,
    bytes: target.bytes,
    seconds,
    shards: target.shards,
    replicas: target.replicas,
    warnings,
    moves,
  }
}

async function describeMove(
  context: PromotionContext,
  { alias, model, index, check: { target, restore } }: CheckedMove,
): Promise<{ move: PlanMove; warnings: string[]; isReady: boolean }> {
  const { search, settings, records } = context
  const warnings: string[] = []
  const live = await findAliasTargets(search, alias)
  const from = await Promise.all(
    live.map(async (served) => ({ index: served.name, documents: await countLive(context, served) })),
  )
  const documents = target && (await countLive(context, target))
  const move: PlanMove = { alias, from, to: { index, documents } }
  if (!target) return { move, warnings, isReady: false }

  const record = await records.getIndex(target.uuid)
  const left = live.filter(({ uuid }) => uuid !== target.uuid).map(({ name }) => name)
  const { health, isReady } = await readHealth(search, index)
  const restored = Object.keys(restore)
  if (restored.length > 0) warnings.push(`${index}: ${restored.join(', ')} would be corrected`)
  if (!isReady && !target.isClosed) {
    warnings.push(
      `${index} is ${health}: the task waits for up to ${durationText(settings.promoteTimeoutMs)}`,
    )
  }
  if (documents === 0) warnings.push(`${index} has no documents`)
  if (alias === model && isFiltered(index, record)) {
    warnings.push(`${index} is filtered: ${alias} will not find what was removed from it`)
  }
  for (const name of left) warnings.push(describeRetention(name, alias, settings.rollbackWindowMs))
  if (live.length === 1 && left.length === 0) warnings.push(`${alias} points to ${index} already`)
  return { move, warnings, isReady }
}

/** A warning if the copy was filtered with another list of terms than the current one. */
async function compareTerms(
  context: PlanContext,
  { index, copyOf, check: { target } }: CheckedMove,
): Promise<string[]> {
  const record = target && (await context.store.getIndex(target.uuid))
  if (!record?.termsHash || copyOf === null) return []
  const reading = readTerms({ ...context, signal: AbortSignal.timeout(termsTimeoutMs) }, copyOf.name)
  // Without a list there is nothing to compare.
  if ((await preconditionFailureOf(reading)) !== null) return []
  if ((await hashTerms(await reading)) === record.termsHash) return []
  return [`${index} was filtered with another list of terms than the current one`]
}

function describeRetention(name: string, alias: string, rollbackWindowMs: number): string {
  return rollbackWindowMs === 0
    ? `${name} can be deleted as soon as ${alias} has moved, and then ${alias} can't be rolled back to it`
    : `${name} can't be deleted for ${durationText(rollbackWindowMs)} after ${alias} has moved, so that it can be rolled back`
}
