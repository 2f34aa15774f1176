/** The shortest wait that a claim asks for, so that a lease about to lapse is not asked after in a tight loop. */
export const minWaitMs = 50
