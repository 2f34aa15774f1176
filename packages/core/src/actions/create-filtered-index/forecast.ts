import { indexName, modelAliases, type FilteredIndexRequest } from '../../contract/index.ts'
import {
  IndexExistsError,
  IndexNotFoundError,
  IndexUnverifiedError,
  type IngestionError,
} from '../../errors.ts'
import { IndexClosedError } from '../../index-errors.ts'
import { chooseReplicas, countDataNodes, getIndex, readIndexStatistics } from '../../search/index.ts'
import type { Forecast, PlanContext } from '../../tasks/index.ts'
import { checkNewIndex } from '../preflight/check-new-index.ts'
import { compareDisk, findLast, preconditionFailureOf, secondsOf, unknown } from '../estimates.ts'
import { readTerms } from '../terms.ts'

/** Timeout for reading the list of terms, milliseconds. */
const termsTimeoutMs = 5_000

/** Estimates the documents: those of the source, less the share that the last filtering removed. */
export async function forecastFilter(
  context: PlanContext,
  request: FilteredIndexRequest,
  index: string,
): Promise<Forecast> {
  const { search, settings, store } = context
  const preconditionFailures: IngestionError[] = (await getIndex(search, index))
    ? [new IndexExistsError(index)]
    : []
  const name = indexName(request.model, request.origin_index_suffix ?? request.destination_index_suffix)
  const source = await getIndex(search, name)
  const [statistics] = await readIndexStatistics(search, name)
  if (!source || !statistics)
    return { ...unknown, preconditionFailures: [...preconditionFailures, new IndexNotFoundError(name)] }

  if (source.isClosed)
    return { ...unknown, preconditionFailures: [...preconditionFailures, new IndexClosedError(name)] }

  if (!(await store.getIndex(source.uuid))) preconditionFailures.push(new IndexUnverifiedError(name))
  const terms = await preconditionFailureOf(
    readTerms({ ...context, signal: AbortSignal.timeout(termsTimeoutMs) }, name),
  )
  if (terms) preconditionFailures.push(terms)

  const last = await findLast(context, request.model, 'CREATE_AND_POPULATE_FILTERED_INDEX')
  const planned = last?.planned ?? 0
  const share = last && last.counts.read > 0 ? last.counts.indexed / last.counts.read : 1
  const seconds = last && planned > 0 ? secondsOf(last) : null
  const { documents, bytes, shards } = statistics
  const replicas = chooseReplicas(settings, await countDataNodes(search))
  // Deleted documents up to a certain share stay in the index and count towards its size.
  const isExpunged =
    1 - share > settings.expungeMinRatio && (bytes ?? 0) * (1 - share) >= settings.expungeMinBytes
  const kept = bytes === null ? null : Math.round(bytes * (isExpunged ? share : 1))
  const cluster = await checkNewIndex(search, request, {
    name: index,
    index: null,
    need: { bytes: bytes ?? 0, shards, replicas },
    aliases: modelAliases(request.model),
  })
  return {
    ...unknown,
    documents: documents === null ? null : Math.round(documents * share),
    bytes: kept,
    seconds: seconds === null || documents === null ? null : Math.ceil((documents * seconds) / planned),
    shards,
    replicas,
    // A clone shares its files with the source until merges rewrite them.
    disk: await compareDisk(context, bytes ?? 0, replicas),
    checks: cluster.checks,
    preconditionFailures: [...preconditionFailures, ...cluster.preconditionFailures],
    warnings: [
      `writes to ${name} are blocked while it is cloned`,
      ...(last ? [] : ['nothing was filtered before, so no document is taken off the estimate']),
    ],
  }
}
