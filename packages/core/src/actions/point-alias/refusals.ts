import { z } from 'zod'
import { filteredEnding, indexName, type PointAliasRequest } from '../../contract/index.ts'
import {
  AliasIsIndexError,
  IndexNotFoundError,
  IndexUnverifiedError,
  UnfilteredIndexError,
  type IngestionError,
} from '../../errors.ts'
import { AliasAlteredError, IndexChangedError, IndexClosedError } from '../../index-errors.ts'
import { findAliasTargets, getIndex, type AliasTarget, type IndexInfo } from '../../search/index.ts'
import type { IndexRecord } from '../../tasks/index.ts'
import { refuseShrunk } from './compare-live.ts'
import { compareWithRecord } from './compare-record.ts'
import type { PromotionContext } from './promotion-context.ts'
import { isFilteredAlias, promotedIndexName } from './state.ts'
import { findWarnings } from './warnings.ts'

export interface PromotionCheck {
  /** Everything that prevents the alias from pointing to the index now, the most specific first. */
  refusals: IngestionError[]
  warnings: string[]
  /** Settings that remained on the index, with their correct values. */
  restore: Record<string, string | number | null>
}

/** Checks the index that the alias is to point to, and the index it serves now. */
export async function checkPromotion(
  context: PromotionContext,
  request: PointAliasRequest,
): Promise<PromotionCheck> {
  const { search, records, requestTimeoutMs, taskId } = context
  const { alias } = request
  const refusals: IngestionError[] = []
  if (await getIndex(search, alias, requestTimeoutMs)) refusals.push(new AliasIsIndexError(alias))
  const target = await getIndex(search, promotedIndexName(request), requestTimeoutMs)
  if (!target) {
    return { refusals: [...refusals, await explainMissing(context, request)], warnings: [], restore: {} }
  }

  const record = await records.getIndex(target.uuid)
  const unverified = await refuseUnverified(context, target, record, request)
  if (unverified) refusals.push(unverified)
  if (isFilteredAlias(alias) && !request.allow_unfiltered && !isFiltered(target.name, record)) {
    refusals.push(new UnfilteredIndexError(alias, target.name, 'it holds all documents'))
  }
  // A closed index can't be checked further.
  if (target.isClosed) {
    return { refusals: [...refusals, new IndexClosedError(target.name)], warnings: [], restore: {} }
  }
  const { fatal, differences, restore, ...change } = await compareWithRecord(context, target, record, taskId)
  // A live index is changed through the API in front of it.
  const live = await findAliasTargets(search, alias, requestTimeoutMs)
  refusals.push(...refuseAltered(alias, live))
  const isAllowed = request.allow_changed || !record || live.some(({ uuid }) => uuid === target.uuid)
  const changes = isAllowed ? fatal : [...fatal, ...differences]
  if (changes.length > 0) refusals.push(new IndexChangedError(target.name, changes))
  const shrank =
    request.allow_shrink || fatal.length > 0 ? null : await refuseShrunk(context, target, request)
  if (shrank) refusals.push(shrank)
  const about = [...change.warnings, ...(isAllowed ? differences : [])].map(
    (text) => `${target.name}: ${text}`,
  )
  return { refusals, warnings: [...about, ...(await findWarnings(context, target, request))], restore }
}

/** A move would silently drop an alias's filter or routing, and expose the documents that it hides. */
export function refuseAltered(alias: string, targets: readonly AliasTarget[]): AliasAlteredError[] {
  return targets.flatMap(({ name, alters }) => (alters ? [new AliasAlteredError(alias, name, alters)] : []))
}

/** Decided by its lineage; by its name only for an index that was made elsewhere. */
export function isFiltered(name: string, record: IndexRecord | null): boolean {
  return record ? record.filteredFrom !== null : name.endsWith(filteredEnding)
}

async function explainMissing(
  { search, requestTimeoutMs }: PromotionContext,
  request: PointAliasRequest,
): Promise<IngestionError> {
  const meant = promotedIndexName(request)
  const unfiltered = indexName(request.model, request.index_suffix)
  if (meant !== unfiltered && (await getIndex(search, unfiltered, requestTimeoutMs))) {
    return new UnfilteredIndexError(request.alias, unfiltered, `there is no ${meant}`)
  }
  return new IndexNotFoundError(meant)
}

/** An index whose task is known here and is unfinished has to be finished first. The request can't allow it. */
async function refuseUnverified(
  { records }: PromotionContext,
  { name, meta }: IndexInfo,
  record: IndexRecord | null,
  { allow_unverified }: PointAliasRequest,
): Promise<IndexUnverifiedError | null> {
  if (record) return null
  const builder = z.uuid().safeParse(meta['task_id'])
  const task = builder.success ? await records.get(builder.data) : null
  if (task && task.status !== 'succeeded') {
    return new IndexUnverifiedError(name, `its task ${task.id} did not come to its end; retry that task`)
  }
  if (allow_unverified) return null
  return new IndexUnverifiedError(
    name,
    builder.success && !task
      ? `task ${builder.data}, which built it, is not known to this server, so the index counts as built elsewhere; ` +
          'set allow_unverified to serve it anyway'
      : 'it was built elsewhere; set allow_unverified to serve it anyway',
  )
}
