import { IndexShrankError } from '../../errors.ts'
import {
  countDocuments,
  findAliasTargets,
  getIndex,
  isReadBlocked,
  readHealth,
  type IndexInfo,
  type NamedIndex,
} from '../../search/index.ts'
import type { PromotionContext } from './promotion-context.ts'
import type { Promotion } from './promotion.ts'

/**
 * Compares the index with the live one. Without a live index there is nothing to shrink: the first index of an empty
 * table is empty too. A red index can't be counted; it is checked again when it is healthy.
 */
export async function refuseShrunk(
  context: PromotionContext,
  target: IndexInfo,
  { alias }: Pick<Promotion, 'alias'>,
): Promise<IndexShrankError | null> {
  const { search, settings, requestTimeoutMs } = context
  const live = await findAliasTargets(search, alias, requestTimeoutMs)
  if (live.length === 0 || live.some(({ uuid }) => uuid === target.uuid)) return null
  if ((await readHealth(search, target.name)).health === 'red') return null
  const documents = await countDocuments(search, target.name)
  const counts = await Promise.all(live.map((index) => countLive(context, index)))
  const liveDocuments = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  if (documents >= liveDocuments * settings.promoteMinRatio) return null
  return new IndexShrankError(target.name, documents, { alias, documents: liveDocuments })
}

/**
 * Number of documents of a live index. If it is closed, broken or unreadable, the number from its verification record,
 * so that a working index can replace it. Null if it has no record either.
 */
export async function countLive(
  { search, records }: PromotionContext,
  { name, uuid }: NamedIndex,
): Promise<number | null> {
  const found = await getIndex(search, name)
  const isReadable = found !== null && !found.isClosed && !isReadBlocked(found)
  if (isReadable && (await readHealth(search, name)).health !== 'red') return countDocuments(search, name)
  return (await records.getIndex(uuid))?.documents ?? null
}
