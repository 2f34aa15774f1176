import { defineAction } from '../define-action.ts'
import { forecastPromotion } from './forecast.ts'
import { plan } from './plan.ts'
import { afterPromoting, promote } from './promote.ts'
import { checkPromotion } from './refusals.ts'
import { promotedIndexName } from './state.ts'
import { cancel, cleanUp } from './clean-up.ts'

/** How long an answer to `POST /task` waits for OpenSearch, milliseconds. */
const checkTimeoutMs = 3_000

/** Points an alias to an index that is worth it, in one atomic step. */
export const pointAlias = defineAction({
  name: 'POINT_ALIAS',

  reserve(request) {
    const index = promotedIndexName(request)
    // The alias too: two tasks that move it at once would leave it to chance who is last.
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
