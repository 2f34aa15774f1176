import { expect } from 'vitest'

/** Matches a text that contains this. Vitest types its own as `any`. */
export const textWith = (part: string | RegExp): unknown => expect.stringMatching(part)

export const objectWith = (members: Record<string, unknown>): unknown => expect.objectContaining(members)
