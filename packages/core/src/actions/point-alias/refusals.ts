import { filteredEnding, indexName, type PointAliasRequest } from '../../contract/index.ts'
import {
  AliasIsIndexError,
  IndexNotFoundError,
  IndexShrankError,
  IndexUnverifiedError,
  UnfilteredIndexError,
  type IngestionError,
} from '../../errors.ts'
import {
  countDocuments,
  findAliasTargets,
  getIndex,
  readHealth,
  type IndexInfo,
  type NamedIndex,
} from '../../search/index.ts'
import type { IndexRecord, StepContext } from '../../tasks/index.ts'
import { isFilteredAlias, promotedIndexName } from './state.ts'

interface World extends Pick<StepContext, 'search' | 'settings'> {
  /** The task store, or the lock under which nothing changes any more. */
  records: { getIndex(uuid: string): Promise<IndexRecord | null> }
  /** For a caller who would rather know nothing than wait. */
  requestTimeoutMs?: number
}

/** Everything that forbids the alias to point to the index now, the most telling first. */
export async function findRefusals(world: World, request: PointAliasRequest): Promise<IngestionError[]> {
  const { search, records, requestTimeoutMs } = world
  const { alias } = request
  const refusals: IngestionError[] = []
  if (await getIndex(search, alias, requestTimeoutMs)) refusals.push(new AliasIsIndexError(alias))
  const target = await getIndex(search, promotedIndexName(request), requestTimeoutMs)
  if (!target) return [...refusals, await explainMissing(world, request)]

  const record = await records.getIndex(target.uuid)
  const unverified = refuseUnverified(target, record, request)
  if (unverified) refusals.push(unverified)
  if (isFilteredAlias(alias) && !request.allow_unfiltered && !isFiltered(target.name, record)) {
    refusals.push(new UnfilteredIndexError(alias, target.name, 'it holds all documents'))
  }
  const shrank = request.allow_shrink ? null : await refuseShrunk(world, target, alias)
  return shrank ? [...refusals, shrank] : refusals
}

/** By its lineage; by its name only for an index that was made elsewhere. */
export function isFiltered(name: string, record: IndexRecord | null): boolean {
  return record ? record.filteredFrom !== null : name.endsWith(filteredEnding)
}

async function explainMissing(
  { search, requestTimeoutMs }: World,
  request: PointAliasRequest,
): Promise<IngestionError> {
  const meant = promotedIndexName(request)
  const unfiltered = indexName(request.model, request.index_suffix)
  if (meant !== unfiltered && (await getIndex(search, unfiltered, requestTimeoutMs))) {
    return new UnfilteredIndexError(request.alias, unfiltered, `there is no ${meant}`)
  }
  return new IndexNotFoundError(meant)
}

function refuseUnverified(
  { name, meta }: IndexInfo,
  record: IndexRecord | null,
  { allow_unverified }: PointAliasRequest,
): IndexUnverifiedError | null {
  if (record) return null
  const builder = meta['task_id']
  if (typeof builder === 'string') {
    return new IndexUnverifiedError(name, `its task ${builder} did not come to its end; retry that task`)
  }
  if (allow_unverified) return null
  return new IndexUnverifiedError(
    name,
    'it was made elsewhere; set allow_unverified to serve it all the same',
  )
}

/**
 * Compares with what is live. Where nothing is, nothing can shrink: the first index of an empty table is empty too,
 * and equals its database. An index that is red can't be counted; it is looked at again when it is healthy.
 */
async function refuseShrunk(
  world: World,
  target: IndexInfo,
  alias: string,
): Promise<IndexShrankError | null> {
  const { search, settings, requestTimeoutMs } = world
  const live = await findAliasTargets(search, alias, requestTimeoutMs)
  if (live.length === 0 || live.some(({ uuid }) => uuid === target.uuid)) return null
  if ((await readHealth(search, target.name)).health === 'red') return null
  const documents = await countDocuments(search, target.name)
  const counts = await Promise.all(live.map((index) => countLive(world, index)))
  const liveDocuments = counts.reduce((sum, count) => sum + count, 0)
  if (documents >= liveDocuments * settings.promoteMinRatio) return null
  return new IndexShrankError(target.name, documents, { alias, documents: liveDocuments })
}

/** Of an index that is broken, what it had when it was verified: a good one must be able to take its place. */
async function countLive({ search, records }: World, { name, uuid }: NamedIndex): Promise<number> {
  const { health } = await readHealth(search, name)
  if (health !== 'red') return countDocuments(search, name)
  return (await records.getIndex(uuid))?.documents ?? 0
}
