import { z } from 'zod'

/** Where sensitive terms are looked for: the words as they stand there, not stemmed. */
export const sensitiveFields = ['tags.name.raw', 'title.raw', 'description.raw'] as const

/** A line of the list of sensitive terms, or another spelling of one. */
export const sensitiveTermSchema = z.object({
  line: z.string(),
  /** What analysis makes of the line when that is one token; null: a phrase. */
  token: z.string().nullable(),
  /** Whether it is another spelling of a line, in another normal form of Unicode. */
  isOther: z.boolean().default(false),
})
export type SensitiveTerm = z.infer<typeof sensitiveTermSchema>

type Query = Record<string, unknown>

/** Phrases of one query: three clauses each, of 1,024 (indices.query.bool.max_clause_count), beside the terms'. */
const maxPhrases = 300
/** Single words of one query, of 65,536 (index.max_terms_count): a body of some hundred kilobytes. */
const maxTokens = 10_000

/** Terms in as few batches as one query each can take. */
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

/** Finds the documents that hold one of the terms: single words by the token they are indexed as. */
export function findAnyTerm(terms: readonly SensitiveTerm[]): Query {
  const tokens = terms.flatMap(({ token }) => (token === null ? [] : [token]))
  const phrases = terms.filter(({ token }) => token === null).map(({ line }) => line)
  return anyOf([
    ...(tokens.length > 0 ? sensitiveFields.map((field) => ({ terms: { [field]: tokens } })) : []),
    ...phrases.flatMap(findLine),
  ])
}

/** Terms in parts that `findAnyLine` can take. */
export function splitLines(terms: readonly SensitiveTerm[]): SensitiveTerm[][] {
  return inParts(terms, maxPhrases)
}

/** Finds the same, in another way: every line is analysed by OpenSearch as it searches. */
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
