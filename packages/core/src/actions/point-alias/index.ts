import { filteredIndexName, indexName, type PointAliasRequest } from '../../contract/index.ts'
import { defineAction } from '../define-action.ts'
import { forecastPromotion } from './forecast.ts'
import { plan } from './plan.ts'
import { afterPromoting, promote } from './promote.ts'
import { checkRequest } from './check-request.ts'
import { cancel, cleanUp } from './clean-up.ts'
import { filteredAliasOf } from './promotion.ts'
import { promotedIndexName } from './state.ts'

/** Timeout of the OpenSearch checks during `POST /task`, milliseconds. */
const checkTimeoutMs = 3_000

/** Points an alias, or both of a model, to indices that pass the checks, in one atomic step. */
export const pointAlias = defineAction({
  name: 'POINT_ALIAS',

  reserve(request) {
    const index = promotedIndexName(request)
    // Aliases are reserved too: with two concurrent moves, the last one would win by chance.
    return { request, index, reserve: [...new Set([index, request.alias, ...namesOfPair(request)])] }
  },

  async check({ search, settings, store }, request) {
    const promotion = { search, settings, records: store, taskId: null, requestTimeoutMs: checkTimeoutMs }
    const { preconditionFailures } = await checkRequest(promotion, request)
    if (preconditionFailures[0]) throw preconditionFailures[0]
  },

  phases: {
    planning: { next: plan },
    promoting: { work: promote, next: afterPromoting },
  },

  forecast: forecastPromotion,
  cleanUp,
  cancel,
})

/**
 * Names that a pair reserves beside its index. The name under which the index is normally filtered is one of them: a
 * copy that is being built belongs to the pair.
 */
function namesOfPair(request: PointAliasRequest): string[] {
  const { model, index_suffix, filtered_index_suffix, with_filtered } = request
  if (!with_filtered) return []
  const copy =
    filtered_index_suffix === undefined
      ? filteredIndexName(model, index_suffix)
      : indexName(model, filtered_index_suffix)
  return [filteredAliasOf(model), copy]
}
