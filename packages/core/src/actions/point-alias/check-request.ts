import { indexName, type PointAliasRequest } from '../../contract/index.ts'
import type { IngestionError } from '../../errors.ts'
import { FilteredCopyMissingError } from '../../index-errors.ts'
import { getIndex, type NamedIndex } from '../../search/index.ts'
import { checkPromotion, type Exception, type PromotionCheck } from './check-promotion.ts'
import { copyPromotionOf, filteredAliasOf, promotionOf, type Promotion } from './promotion.ts'
import type { PromotionContext } from './promotion-context.ts'

/** A move of the request with the result of its checks. */
export interface CheckedMove extends Promotion {
  check: PromotionCheck
}

export interface RequestCheck {
  /** Everything that prevents the request now; for a pair, of both moves. */
  preconditionFailures: IngestionError[]
  exceptions: Exception[]
  warnings: string[]
  /** One move, or both of a pair: the model's own alias first. */
  moves: CheckedMove[]
}

/**
 * Checks everything that a request would move.
 *
 * @param chosen name of the filtered copy that the task has chosen earlier; absent: it is chosen now
 */
export async function checkRequest(
  context: PromotionContext,
  request: PointAliasRequest,
  chosen?: string,
): Promise<RequestCheck> {
  const promotion = promotionOf(request)
  const check = await checkPromotion(context, promotion)
  const moves: CheckedMove[] = [{ ...promotion, check }]
  const missing: IngestionError[] = []
  if (request.with_filtered && check.target) {
    const { target } = check
    const copy = chosen ?? (await chooseCopy(context, request, target))
    if (copy === null) {
      missing.push(new FilteredCopyMissingError(target.name, filteredAliasOf(request.model), null))
    } else {
      const filtered = copyPromotionOf(request, copy, target)
      moves.push({ ...filtered, check: await checkPromotion(context, filtered) })
    }
  }
  return {
    preconditionFailures: [...moves.flatMap((move) => move.check.preconditionFailures), ...missing],
    exceptions: moves.flatMap((move) => move.check.exceptions),
    warnings: moves.flatMap((move) => move.check.warnings),
    moves,
  }
}

/**
 * Name of the filtered index that belongs to an index: the one that the request names, or the newest verified one that
 * was filtered from this very index and still exists. Names say nothing about the lineage.
 */
async function chooseCopy(
  { search, records, requestTimeoutMs }: PromotionContext,
  { model, filtered_index_suffix: suffix }: PointAliasRequest,
  { uuid }: NamedIndex,
): Promise<string | null> {
  if (suffix !== undefined) return indexName(model, suffix)
  for (const copy of await records.listFilteredCopies(uuid)) {
    if ((await getIndex(search, copy.name, requestTimeoutMs))?.uuid === copy.uuid) return copy.name
  }
  return null
}
