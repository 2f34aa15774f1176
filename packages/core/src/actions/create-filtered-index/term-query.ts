import { sensitiveFields, type SensitiveTerm } from '../terms.ts'

type Query = Record<string, unknown>

/**
 * Maximum phrases per query: three clauses each, of 1,024 (indices.query.bool.max_clause_count) including those of the
 * terms.
 */
const maxPhrases = 300
/** Maximum single words per query, of 65,536 (index.max_terms_count): a body of some hundred kilobytes. */
const maxTokens = 10_000

/** Splits terms into the fewest batches that fit into one query each. */
export function splitTerms(terms: readonly SensitiveTerm[]): SensitiveTerm[][] {
  const phrases = inParts(
    terms.filter(({ token }) => token === null),
    maxPhrases,
  )
  const words = inParts(
    terms.filter(({ token }) => token !== null),
    maxTokens,
  )
  return Array.from({ length: Math.max(phrases.length, words.length) }, (_, batch) => [
    ...(words[batch] ?? []),
    ...(phrases[batch] ?? []),
  ])
}

/** Matches documents that contain one of the terms: single words by the token they are indexed as. */
export function findAnyTerm(terms: readonly SensitiveTerm[]): Query {
  const tokens = terms.flatMap(({ token }) => (token === null ? [] : [token]))
  const phrases = terms.filter(({ token }) => token === null).map(({ line }) => line)
  return anyOf([
    ...(tokens.length > 0 ? sensitiveFields.map((field) => ({ terms: { [field]: tokens } })) : []),
    ...phrases.flatMap(findLine),
  ])
}

/** Splits terms into parts that `findAnyLine` accepts. */
export function splitLines(terms: readonly SensitiveTerm[]): SensitiveTerm[][] {
  return inParts(terms, maxPhrases)
}

/** Matches the same documents by a different kind of query: OpenSearch analyzes every line at search time. */
export function findAnyLine(terms: readonly SensitiveTerm[]): Query {
  return anyOf(terms.flatMap(({ line }) => findLine(line)))
}

function findLine(line: string): Query[] {
  return sensitiveFields.map((field) => ({ match_phrase: { [field]: line } }))
}

function anyOf(should: readonly Query[]): Query {
  return { bool: { should, minimum_should_match: 1 } }
}

function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
    list.slice(part * size, (part + 1) * size),
  )
}
