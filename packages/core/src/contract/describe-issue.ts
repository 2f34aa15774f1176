import type { z } from 'zod'

/**
 * What is wrong with a value, in words that go on from the name of its field: `/max_failed must be a whole number`.
 * Given to zod as `error`; a message that a schema has of its own comes first.
 *
 * @returns undefined where zod's own words have to do
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return `must be ${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value': {
      const allowed = issue.values.map((value) => JSON.stringify(value)).join(', ')
      if (issue.input === undefined) return `is missing; it must be one of ${allowed}`
      return issue.values.length === 1 ? `must be ${allowed}` : `must be one of ${allowed}`
    }
    case 'too_small':
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`
    default:
      return undefined
  }
}

const typeNames: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

/** What a limit counts, when it isn't the value itself. */
function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long'
  return origin === 'array' ? ' entries long' : ''
}
