import { z } from 'zod'

/** OpenSearch refuses an index name of more bytes than this (create index API, "index naming restrictions"). */
export const maxIndexNameBytes = 255

/**
 * What may follow `<model>-` in an index name. Narrower than what OpenSearch takes on purpose: nothing that
 * could be read as a wildcard, a list, an exclusion (`-name`) or a system index (`.name`) passes, and the
 * characters are ASCII, so that characters are bytes.
 */
const suffixPattern = /^[a-z0-9][a-z0-9._-]*$/

export const filteredEnding = '-filtered'

export function filteredIndexName(model: string, suffix: string): string {
  return `${indexName(model, suffix)}${filteredEnding}`
}

export function indexName(model: string, suffix: string): string {
  return `${model}-${suffix}`
}

/**
 * Whether an index or alias could have the name, also one that was made elsewhere: nothing that OpenSearch would take
 * for a wildcard, a list, an exclusion, a system index or a part of a path (create index API, "index naming
 * restrictions").
 */
export function isIndexName(name: string): boolean {
  return (
    /^(?![-_+.])[^\\/*?"<>|\s,#:\p{Cc}\p{Lu}]+$/u.test(name) &&
    new TextEncoder().encode(name).length <= maxIndexNameBytes
  )
}

/** How the name of an alias ends that a task writes through; its group is the task's id. */
export const writeAliasEnding = /ingest-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})-\d+$/

/** A suffix of any index of a model, a filtered one included. */
export const indexSuffixSchema = z
  .string()
  .regex(
    suffixPattern,
    'must start with a lower-case letter or a digit and hold only lower-case letters, digits, ".", "_" and "-"',
  )
  // Room for the longest model name and for "-filtered".
  .max(maxIndexNameBytes - 64, `must have at most ${maxIndexNameBytes - 64} characters`)
  .refine((suffix) => !writeAliasEnding.test(suffix), {
    error:
      'must not end in "ingest-", a UUID and a number: such names belong to the aliases that tasks write through',
  })

/** A suffix of an index with all documents: it may not look like the name of a filtered one. */
export const unfilteredSuffixSchema = indexSuffixSchema
  .refine((suffix) => suffix !== 'filtered' && !suffix.endsWith(filteredEnding), {
    error: 'must not be "filtered" or end in "-filtered": such names belong to filtered indices',
  })
  // For JSON Schema, which sees no check in code.
  .meta({ not: { pattern: '(?:^|-)filtered$' } })
