/**
 * How rows that change while an index is built are found: by the ids of the transactions that wrote them, which misses
 * none; by a column that says when a row changed, which misses changes that don't touch it; or not at all.
 */
export const catchUpMethods = ['transaction_id', 'change_column', 'none'] as const
export type CatchUpMethod = (typeof catchUpMethods)[number]
