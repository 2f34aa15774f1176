import type { TaskPlan } from '@ingestion-server/sdk'

export type Move = TaskPlan['moves'][number]

/** A promotion that loses more than this share of the documents has to be confirmed by typing, like an exception. */
const riskyLoss = 0.01

/**
 * Change of the number of documents, as a share: -0.5 is half of them lost.
 *
 * @returns null when it is unknown, or nothing was served before
 */
export function changeOf({ from, to }: Move): number | null {
  if (to.documents === null || from.length === 0) return null
  let before = 0
  for (const { documents } of from) {
    if (documents === null) return null
    before += documents
  }
  if (before === 0) return to.documents === 0 ? 0 : null
  return to.documents / before - 1
}

/** Whether a move loses documents that searches would miss. */
export function isLoss(move: Move): boolean {
  return (changeOf(move) ?? 0) < -riskyLoss
}

/** Whether a promotion has to be confirmed by typing the name of the index. */
export function isRisky({ moves, exceptions }: Pick<TaskPlan, 'moves' | 'exceptions'>): boolean {
  return exceptions.length > 0 || moves.some(isLoss)
}

/**
 * What a plan would move and the exceptions it makes, as text: two plans with the same text show the same.
 */
export function fingerprintOf({ moves, exceptions }: Pick<TaskPlan, 'moves' | 'exceptions'>): string {
  return [
    ...moves.map(({ alias, from, to }) =>
      [alias, ...from.map(({ index }) => index), '→', to.index].join(' '),
    ),
    ...exceptions.map(({ alias, allowedBy, code }) => [alias, allowedBy, code].join(' ')),
  ].join('\n')
}
