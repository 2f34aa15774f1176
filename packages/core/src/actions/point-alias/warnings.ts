import { findAliasTargets, type IndexInfo } from '../../search/index.ts'
import { countLive } from './compare-live.ts'
import type { PromotionContext } from './promotion-context.ts'
import { filteredAliasOf, type Promotion } from './promotion.ts'

/** Warnings of a promotion that don't prevent it: about the model's other alias, and about what can't be compared. */
export async function findWarnings(
  context: PromotionContext,
  target: IndexInfo,
  { model, alias, isPair }: Promotion,
): Promise<string[]> {
  const { search, records } = context
  const warnings: string[] = []
  for (const index of await findAliasTargets(search, alias)) {
    if (index.uuid !== target.uuid && (await countLive(context, index)) === null) {
      warnings.push(
        `${index.name}, which ${alias} serves now, can't be counted, so the numbers of documents can't be compared`,
      )
    }
  }
  if (isPair) return warnings
  const filteredAlias = filteredAliasOf(model)
  const isFilteredAlias = alias === filteredAlias
  const record = await records.getIndex(target.uuid)
  if (alias === model && record?.filteredFrom) return warnings
  const others = await findAliasTargets(search, isFilteredAlias ? model : filteredAlias)
  if (others.length === 0 && !isFilteredAlias) warnings.push(`alias ${filteredAlias} points to nothing`)
  for (const other of others) {
    if (isFilteredAlias) {
      if (record?.filteredFrom !== other.uuid) {
        warnings.push(`${target.name} was not filtered from ${other.name}, which alias ${model} serves`)
      }
    } else if ((await records.getIndex(other.uuid))?.filteredFrom !== target.uuid) {
      warnings.push(`alias ${filteredAlias} serves ${other.name}, which was not filtered from ${target.name}`)
    }
  }
  return warnings
}
