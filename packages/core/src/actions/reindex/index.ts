import { indexName } from '../../contract/index.ts'
import { IndexExistsError } from '../../errors.ts'
import { getIndex } from '../../search/index.ts'
import { defineAction } from '../define-action.ts'
import { afterCatchUp, afterVerification, catchUp, startCatchUp } from './catch-up.ts'
import { forecastReindex } from './forecast.ts'
import { load } from './load.ts'
import { repair } from './repair.ts'
import { plan } from './plan.ts'
import { cancel } from './cancel.ts'
import { nextOfRedrive, redrive } from './redrive.ts'
import { cleanUp, restore } from './restore.ts'
import { verifyAgain } from './evaluate.ts'
import { verify } from './verify.ts'

/** Timeout of the OpenSearch checks during `POST /task`, milliseconds. */
const checkTimeoutMs = 3_000

/** Builds `<model>-<suffix>` from the database. ARCHITECTURE.md lists the guarantee of each phase. */
export const reindex = defineAction({
  name: 'REINDEX',

  reserve(request) {
    const suffix = request.index_suffix ?? crypto.randomUUID()
    const index = indexName(request.model, suffix)
    return { request: { ...request, index_suffix: suffix }, index, reserve: [index] }
  },

  async check({ search }, _request, index) {
    if (await getIndex(search, index, checkTimeoutMs)) throw new IndexExistsError(index)
  },

  phases: {
    planning: { next: plan },
    loading: { work: load, next: startCatchUp },
    catching_up: { work: catchUp, next: afterCatchUp },
    verifying: { work: verify, next: afterVerification },
    mending: { work: repair, next: verifyAgain },
    restoring: { next: restore },
    redriving: { work: redrive, next: nextOfRedrive },
  },

  forecast: forecastReindex,
  cleanUp,
  cancel,
  leavesOrphan: ({ status, keepIndex }) => status === 'cancelled' && !keepIndex,
})
