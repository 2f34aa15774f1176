/** Ends the names of filtered indices, and of the aliases for them. */
export const filteredEnding = '-filtered'
