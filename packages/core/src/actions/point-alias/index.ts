import { defineAction } from '../define-action.ts'
import { forecastPromotion } from './forecast.ts'
import { plan } from './plan.ts'
import { afterPromoting, promote } from './promote.ts'
import { checkPromotion } from './refusals.ts'
import { promotedIndexName } from './state.ts'
import { cancel, cleanUp } from './clean-up.ts'

/** Timeout of the OpenSearch checks during `POST /task`, milliseconds. */
const checkTimeoutMs = 3_000

/** Points an alias to an index that passes the checks, in one atomic step. */
export const pointAlias = defineAction({
  name: 'POINT_ALIAS',

  reserve(request) {
    const index = promotedIndexName(request)
    // The alias is reserved too: with two concurrent moves, the last one would win by chance.
    return { request, index, reserve: [index, request.alias] }
  },

  async check({ search, settings, store }, request) {
    const promotion = { search, settings, records: store, taskId: null, requestTimeoutMs: checkTimeoutMs }
    const { refusals } = await checkPromotion(promotion, request)
    if (refusals[0]) throw refusals[0]
  },

  phases: {
    planning: { next: plan },
    promoting: { work: promote, next: afterPromoting },
  },

  forecast: forecastPromotion,
  cleanUp,
  cancel,
})
