import { filteredEnding } from './filtered-ending.ts'
import { formatChange } from './format/change.ts'
import { changeOf, isLoss, type Move } from './promotion.ts'

/**
 * Why a rollback has to be confirmed by typing, as sentences: searches would miss documents, or find sensitive ones.
 *
 * @param isUnfiltered whether an index has all documents, sensitive ones too
 */
export function rollbackRisks(moves: readonly Move[], isUnfiltered: (move: Move) => boolean): string[] {
  return moves.flatMap((move) => {
    const { alias, to } = move
    return [
      ...(isLoss(move)
        ? [`Searches of ${alias} would miss documents: ${formatChange(changeOf(move) ?? 0)}.`]
        : []),
      ...(alias.endsWith(filteredEnding) && isUnfiltered(move)
        ? [`${to.index} is not filtered: searches of ${alias} would find sensitive documents.`]
        : []),
    ]
  })
}

/** What has to be typed: the index that the rollback, or the first alias of it, goes back to. */
export const rollbackName = (moves: readonly Move[]): string => moves[0]?.to.index ?? ''

/** The moves as text, by which the server recognizes a rollback that has changed since it was shown. */
export const rollbackKey = (moves: readonly Move[]): string =>
  moves.map(({ alias, to }) => `${alias} ${to.index}`).join('\n')
