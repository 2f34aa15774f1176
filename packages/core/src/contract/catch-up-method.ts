/**
 * How rows that change during an index build are found: by the ids of the transactions that wrote them, which misses
 * none; by a change column, which misses changes that don't update it; or not at all.
 */
export const catchUpMethods = ['transaction_id', 'change_column', 'none'] as const
export type CatchUpMethod = (typeof catchUpMethods)[number]
