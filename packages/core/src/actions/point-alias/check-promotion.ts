import { z } from 'zod'
import {
  AliasIsIndexError,
  IndexNotFoundError,
  IndexUnverifiedError,
  UnfilteredIndexError,
  type IngestionError,
} from '../../errors.ts'
import {
  AliasAlteredError,
  FilteredCopyMissingError,
  IndexChangedError,
  IndexClosedError,
} from '../../index-errors.ts'
import { findAliasTargets, getIndex, type AliasTarget, type IndexInfo } from '../../search/index.ts'
import type { IndexRecord } from '../../tasks/index.ts'
import { isFiltered } from '../is-filtered.ts'
import { refuseShrunk } from './compare-live.ts'
import { compareWithRecord } from './compare-record.ts'
import type { PromotionContext } from './promotion-context.ts'
import type { Promotion } from './promotion.ts'
import { isFilteredAlias } from './state.ts'
import { findWarnings } from './warnings.ts'

/** A precondition failure that the request allows by one of its fields. */
export interface Exception {
  allowedBy: 'allow_unfiltered' | 'allow_unverified' | 'allow_shrink' | 'allow_changed'
  alias: string
  error: IngestionError
}

export interface PromotionCheck {
  /** The index that the alias is to point to; null if there is none. */
  target: IndexInfo | null
  /** Everything that prevents the alias from pointing to the index now, the most specific first. */
  preconditionFailures: IngestionError[]
  /** What would prevent it if the request did not allow it. */
  exceptions: Exception[]
  warnings: string[]
  /** Settings that remained on the index, with their correct values. */
  restore: Record<string, string | number | null>
}

/** Checks the index that the alias is to point to, and the index it serves now. */
export async function checkPromotion(
  context: PromotionContext,
  promotion: Promotion,
): Promise<PromotionCheck> {
  const { search, records, requestTimeoutMs, taskId } = context
  const { alias } = promotion
  const check: PromotionCheck = {
    target: null,
    preconditionFailures: [],
    exceptions: [],
    warnings: [],
    restore: {},
  }
  const refuse = (error: IngestionError | null, allowedBy?: Exception['allowedBy']) => {
    if (error && allowedBy && promotion[allowedBy]) check.exceptions.push({ allowedBy, alias, error })
    else if (error) check.preconditionFailures.push(error)
  }
  if (await getIndex(search, alias, requestTimeoutMs)) refuse(new AliasIsIndexError(alias))
  const target = await getIndex(search, promotion.index, requestTimeoutMs)
  check.target = target
  if (!target) {
    refuse(await explainMissing(context, promotion))
    return check
  }

  const record = await records.getIndex(target.uuid)
  const unverified = record ? null : await explainUnverified(context, target)
  if (unverified) refuse(unverified.error, unverified.isUnfinished ? undefined : 'allow_unverified')
  if (isFilteredAlias(alias)) refuse(refuseUnfiltered(promotion, target, record), 'allow_unfiltered')
  // A closed index can't be checked further.
  if (target.isClosed) {
    refuse(new IndexClosedError(target.name))
    return check
  }
  const { fatal, differences, restore, ...change } = await compareWithRecord(context, target, record, taskId)
  check.restore = restore
  const live = await findAliasTargets(search, alias, requestTimeoutMs)
  refuseAltered(alias, live).forEach((error) => refuse(error))
  // A live index is changed through the API in front of it.
  const mayDiffer = !record || live.some(({ uuid }) => uuid === target.uuid)
  const isAllowed = promotion.allow_changed === true || mayDiffer
  const changes = isAllowed ? fatal : [...fatal, ...differences]
  if (changes.length > 0) refuse(new IndexChangedError(target.name, changes))
  else if (!mayDiffer && differences.length > 0) {
    refuse(new IndexChangedError(target.name, differences), 'allow_changed')
  }
  if (fatal.length === 0) refuse(await refuseShrunk(context, target, promotion), 'allow_shrink')
  check.warnings = [
    ...[...change.warnings, ...(isAllowed ? differences : [])].map((text) => `${target.name}: ${text}`),
    ...(await findWarnings(context, target, promotion)),
  ]
  return check
}

/** The filtered alias serves a filtered index, and in a pair the copy of the index that the other alias serves. */
function refuseUnfiltered(
  { alias, copyOf }: Promotion,
  { name }: IndexInfo,
  record: IndexRecord | null,
): IngestionError | null {
  if (!isFiltered(name, record)) return new UnfilteredIndexError(alias, name, 'it holds all documents')
  if (!copyOf || record?.filteredFrom === copyOf.uuid) return null
  return new FilteredCopyMissingError(copyOf.name, alias, name)
}

/** A move would silently drop an alias's filter or routing, and expose the documents that it hides. */
export function refuseAltered(alias: string, targets: readonly AliasTarget[]): AliasAlteredError[] {
  return targets.flatMap(({ name, alters }) => (alters ? [new AliasAlteredError(alias, name, alters)] : []))
}

async function explainMissing(
  { search, requestTimeoutMs }: PromotionContext,
  { alias, index, unfilteredName }: Promotion,
): Promise<IngestionError> {
  if (unfilteredName !== null && (await getIndex(search, unfilteredName, requestTimeoutMs))) {
    return new UnfilteredIndexError(alias, unfilteredName, `there is no ${index}`)
  }
  return new IndexNotFoundError(index)
}

/** Why an index has no record. One whose task is known here and is unfinished has to be finished first. */
async function explainUnverified(
  { records }: PromotionContext,
  { name, meta }: IndexInfo,
): Promise<{ error: IndexUnverifiedError; isUnfinished: boolean }> {
  const builder = z.uuid().safeParse(meta['task_id'])
  const task = builder.success ? await records.get(builder.data) : null
  if (task && task.status !== 'succeeded') {
    const reason = `its task ${task.id} did not complete; retry that task`
    return { error: new IndexUnverifiedError(name, reason), isUnfinished: true }
  }
  const reason =
    builder.success && !task
      ? `task ${builder.data}, which built it, is not known to this server, so the index counts as built elsewhere; ` +
        'set allow_unverified to serve it anyway'
      : 'it was built elsewhere; set allow_unverified to serve it anyway'
  return { error: new IndexUnverifiedError(name, reason), isUnfinished: false }
}
