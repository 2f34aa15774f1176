import type { IndexList } from '@ingestion-server/sdk'
import type { Move } from './promotion.ts'
import { rollbackRisks } from './rollback.ts'

export type ModelIndices = IndexList['models'][number]
export type Index = ModelIndices['indices'][number]
export type Alias = ModelIndices['aliases'][number]

/** An index with all documents and what was filtered from it, or a filtered index whose source is gone. */
export interface Generation {
  index: Index
  /** The newest first. */
  copies: Index[]
}

/** The generations of a model in their order, the newest first. Copies belong to their source by lineage. */
export function groupGenerations(indices: readonly Index[]): Generation[] {
  const sources = new Set(indices.map(({ uuid }) => uuid))
  const isCopy = ({ filteredFrom }: Index) => filteredFrom !== null && sources.has(filteredFrom)
  return indices
    .filter((index) => !isCopy(index))
    .map((index) => ({ index, copies: indices.filter(({ filteredFrom }) => filteredFrom === index.uuid) }))
}

/** The filtered index that a promotion of both aliases would take; null if there is none yet. */
export function copyToPromote({ copies }: Generation): Index | null {
  const verified = copies.filter((copy) => copy.verifiedAt !== null && copy.reservedBy === null)
  const at = ({ verifiedAt }: Index) => Date.parse(verifiedAt ?? '')
  return verified.toSorted((a, b) => at(b) - at(a))[0] ?? null
}

/** What a rollback of an alias would move. */
export interface Rollback {
  alias: string
  moves: Move[]
  /** Why it has to be confirmed by typing. */
  risks: string[]
}

/**
 * The rollbacks of a model. Aliases that moved in one step go back in one step, so they share one.
 *
 * @returns one entry for each button
 */
export function findRollbacks({ aliases, indices }: ModelIndices): Rollback[] {
  const documentsOf = (name: string) => {
    const index = indices.find((candidate) => candidate.name === name)
    return { index: name, documents: index && index.documentsFrom !== 'unknown' ? index.documents : null }
  }
  const toMove = ({ alias, indices: from, previous }: Alias & { previous: string }): Move => ({
    alias,
    from: from.map(documentsOf),
    to: documentsOf(previous),
  })
  const back = aliases.filter((alias): alias is Alias & { previous: string } => alias.previous !== null)
  return back.flatMap((alias) => {
    const [first, ...others] = back.filter((other) => movedTogether(alias, other))
    if (first !== alias) return []
    const moves = [alias, ...others].map(toMove)
    const isUnfiltered = ({ to }: Move) => indices.find(({ name }) => name === to.index)?.filtered === false
    return [{ alias: alias.alias, moves, risks: rollbackRisks(moves, isUnfiltered) }]
  })
}

function movedTogether(a: Alias, b: Alias): boolean {
  return a === b || (a.taskId !== null && a.taskId === b.taskId)
}
