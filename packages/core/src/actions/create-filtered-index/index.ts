import { filteredIndexName, indexName } from '../../contract/index.ts'
import { IndexBusyError, IndexExistsError, IndexNotFoundError, IndexUnverifiedError } from '../../errors.ts'
import { IndexClosedError } from '../../index-errors.ts'
import { getIndex } from '../../search/index.ts'
import { defineAction } from '../define-action.ts'
import { cancel, cleanUp } from './clean-up.ts'
import { afterCloning, clone } from './clone.ts'
import { afterCopying, copy } from './copy.ts'
import { afterDeleting, deleteSensitive } from './delete-sensitive.ts'
import { afterExpunging, expunge } from './expunge.ts'
import { forecastFilter } from './forecast.ts'
import { plan } from './plan.ts'
import { restore } from './restore.ts'
import { sourceName } from './state.ts'
import { evaluate, verify } from './verify.ts'

/** Timeout of the OpenSearch checks during `POST /task`, milliseconds. */
const checkTimeoutMs = 3_000

/**
 * Builds `<model>-<destination suffix>-filtered` from `<model>-<origin suffix>`: a clone without the documents that
 * contain a sensitive term.
 */
export const createFilteredIndex = defineAction({
  name: 'CREATE_AND_POPULATE_FILTERED_INDEX',

  reserve(request) {
    const {
      model,
      destination_index_suffix: destination,
      origin_index_suffix: origin = destination,
    } = request
    const index = filteredIndexName(model, destination)
    return {
      request: { ...request, origin_index_suffix: origin },
      index,
      reserve: [index, indexName(model, origin)],
    }
  },

  async check({ search, store }, request, index) {
    if (await getIndex(search, index, checkTimeoutMs)) throw new IndexExistsError(index)
    const source = sourceName({ model: request.model, request })
    const blockingTask = await store.findReservation(source)
    if (blockingTask) throw new IndexBusyError(source, blockingTask)
    const found = await getIndex(search, source, checkTimeoutMs)
    if (!found) throw new IndexNotFoundError(source)
    if (found.isClosed) throw new IndexClosedError(source)
    if (!(await store.getIndex(found.uuid))) throw new IndexUnverifiedError(source)
  },

  phases: {
    planning: { next: plan },
    cloning: { work: clone, next: afterCloning },
    copying: { work: copy, next: afterCopying },
    deleting_sensitive: { work: deleteSensitive, next: afterDeleting },
    expunging: { work: expunge, next: afterExpunging },
    verifying: { work: verify, next: evaluate },
    restoring: { next: restore },
  },

  forecast: forecastFilter,
  cleanUp,
  cancel,
  // A retry always starts with a new clone.
  leavesOrphan: () => true,
})
