import { filteredEnding } from '../filtered-ending.ts'
import { copyToPromote, groupGenerations, type ModelIndices } from '../generations.ts'
import { route } from '../route.ts'
import type { NewerBuild } from './overview.ts'

/**
 * The newest verified generation of a model, if its data are newer than those of the live one: the next step is its
 * promotion. An index that was there when the alias last moved is not offered: somebody decided for another one, by a
 * rollback for example.
 */
export function findNewerBuild({ model, aliases, indices }: ModelIndices): NewerBuild | null {
  const alias = aliases.find((each) => each.alias === model)
  const live = indices.find(({ name }) => alias?.indices.length === 1 && name === alias.indices[0])
  if (!live) return null
  const time = (at: string | null) => (at === null ? -Infinity : Date.parse(at))
  const newer = groupGenerations(indices)
    .filter(({ index }) => !index.filtered && index.verified && index.state === 'open')
    .filter(({ index }) => index.reservedBy === null && index.aliases.length === 0)
    .filter(({ index }) => time(index.verifiedAt) > time(alias?.movedAt ?? null))
    .filter(({ index }) => time(index.asOf) > time(live.asOf))
  const [newest] = newer.toSorted((one, other) => time(other.index.asOf) - time(one.index.asOf))
  if (!newest) return null
  const { name, suffix, asOf, documents } = newest.index
  const hasCopy = copyToPromote(newest) !== null
  const filtered = aliases.find((each) => each.alias === `${model}${filteredEnding}`)
  return {
    name,
    asOf,
    change: live.documents === 0 ? null : documents / live.documents - 1,
    lacksCopy: !hasCopy && (filtered?.indices.length ?? 0) > 0,
    href: route.newTaskForm('promote', { index: `${model}/${suffix}`, alias: hasCopy ? 'both' : 'default' }),
  }
}
