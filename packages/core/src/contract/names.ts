import { z } from 'zod'

/** OpenSearch refuses longer index names (create index API, "index naming restrictions"). */
export const maxIndexNameBytes = 255

/**
 * The part of an index name after `<model>-`. Stricter than OpenSearch on purpose: it excludes everything that could be
 * parsed as a wildcard, a list, an exclusion (`-name`) or a system index (`.name`), and allows only ASCII, so that
 * characters are bytes.
 */
const suffixPattern = /^[a-z0-9][a-z0-9._-]*$/

/** End of the name of a filtered index, and of the alias of filtered indices. */
export const filteredEnding = '-filtered'

/** The default alias of a model, and the one for its filtered index. */
export function modelAliases(model: string): string[] {
  return [model, `${model}${filteredEnding}`]
}

/** `<model>-<suffix>-filtered`, such as `image-20231106-filtered`. Does not check the suffix. */
export function filteredIndexName(model: string, suffix: string): string {
  return `${indexName(model, suffix)}${filteredEnding}`
}

/** `<model>-<suffix>`, such as `image-20231106`. Does not check the suffix: see `indexSuffixSchema`. */
export function indexName(model: string, suffix: string): string {
  return `${model}-${suffix}`
}

/**
 * Whether an index or alias could have the name, including one created elsewhere: nothing that OpenSearch parses as a
 * wildcard, a list, an exclusion, a system index or part of a path (create index API, "index naming restrictions").
 */
export function isIndexName(name: string): boolean {
  return (
    /^(?![-_+.])[^\\/*?"<>|\s,#:\p{Cc}\p{Lu}]+$/u.test(name) &&
    new TextEncoder().encode(name).length <= maxIndexNameBytes
  )
}

/** The end of the name of a task's write alias; its group is the task's id. */
export const writeAliasEnding = /ingest-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})-\d+$/

/** A suffix of any index of a model, including a filtered one. */
export const indexSuffixSchema = z
  .string()
  .regex(
    suffixPattern,
    'must start with a lower-case letter or a digit and hold only lower-case letters, digits, ".", "_" and "-"',
  )
  // Leaves room for the longest model name and for "-filtered".
  .max(maxIndexNameBytes - 64, `must have at most ${maxIndexNameBytes - 64} characters`)
  .refine((suffix) => !writeAliasEnding.test(suffix), {
    error:
      'must not end in "ingest-", a UUID and a number: such names belong to the aliases that tasks write through',
  })

/** A suffix of an unfiltered index: it must not look like the name of a filtered one. */
export const unfilteredSuffixSchema = indexSuffixSchema
  .refine((suffix) => suffix !== 'filtered' && !suffix.endsWith(filteredEnding), {
    error: 'must not be "filtered" or end in "-filtered": such names belong to filtered indices',
  })
  // For JSON Schema, which does not include checks in code.
  .meta({ not: { pattern: '(?:^|-)filtered$' } })
