import type { z } from 'zod'

/**
 * Describes what is wrong with a value, to follow the name of its field: `/max_failed must be a whole number`. Passed
 * to zod as `error`; a schema's own message takes precedence. zod's default messages are never used.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  return describe(issue, 'is an unknown field', 'the fields are')
}

/** Same as `describeIssue`, for the query of a URL. */
export function describeParameterIssue(issue: z.core.$ZodRawIssue): string {
  return describe(issue, 'is an unknown parameter', 'the parameters are')
}

function describe(issue: z.core.$ZodRawIssue, unknown: string, known: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${typeNames[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value': {
      const allowed = issue.values.map((value) => JSON.stringify(value)).join(', ')
      if (issue.input === undefined) return `is missing; it must be one of ${allowed}`
      return issue.values.length === 1 ? `must be ${allowed}` : `must be one of ${allowed}`
    }
    case 'too_small':
      if (Number(issue.minimum) === 1 && unitOf(issue.origin) !== '') return 'must not be empty'
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_format':
      return `must be ${formatNames[issue.format] ?? 'in the required format'}`
    case 'unrecognized_keys': {
      const fields = knownKeys(issue.inst)
      return fields.length === 0 ? `${unknown}; there are none` : `${unknown}; ${known} ${fields.join(', ')}`
    }
    case 'invalid_union':
      return describeUnion(issue)
    case 'invalid_key':
      return 'has a name that is not allowed'
    case 'invalid_element':
      return 'holds something that is not allowed'
    default:
      return 'is not valid'
  }
}

const typeNames: Record<string, string> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  date: 'a date',
  // Infinity where a number must be finite, and values that can't come from JSON.
  nan: 'a number',
  never: 'absent',
  undefined: 'absent',
}

const formatNames: Record<string, string> = {
  datetime: 'a date and time such as 2026-11-24T04:00:00Z',
  date: 'a date such as 2026-11-24',
  time: 'a time such as 04:00:00',
  duration: 'a duration such as PT15M',
  uuid: 'a UUID',
  guid: 'a UUID',
  url: 'a URL',
  email: 'an email address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  base64: 'base64',
}

/** The unit that a limit counts, if it is not the value itself. */
function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long'
  return ['array', 'set', 'map'].includes(origin) ? ' entries long' : ''
}

/** The fields of the object schema that refused an unknown field. */
function knownKeys(inst: unknown): string[] {
  const shape = (inst as Partial<z.core.$ZodObject> | undefined)?._zod?.def.shape
  return shape === undefined ? [] : Object.keys(shape)
}

interface UnionIssue {
  input?: unknown
  /** Issues of each alternative. */
  errors: readonly (readonly z.core.$ZodIssue[])[]
}

/** `must be a whole number or null`; if the value has the type of one alternative, that alternative's issues. */
function describeUnion({ input, errors }: UnionIssue): string {
  if (input === undefined) return 'is missing'
  const first = errors.flatMap((issues) => issues.slice(0, 1))
  const [closer] = first.filter(({ code, path }) => code !== 'invalid_type' || path.length > 0)
  if (closer !== undefined && closer.path.length === 0) return closer.message
  const types = first.filter(({ message }) => message.startsWith('must be '))
  if (types.length === 0 || types.length < first.length) return 'is not valid'
  return `must be ${types.map(({ message }) => message.slice('must be '.length)).join(' or ')}`
}
