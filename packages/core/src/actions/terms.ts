import { z } from 'zod'
import {
  FieldsMissingError,
  TermInvalidError,
  TermsEmptyError,
  TermsMissingError,
  TermsUnavailableError,
} from '../errors.ts'
import { spellingsOf } from '../look-alikes.ts'
import { analyzeLines, listUnmappedFields } from '../search/index.ts'
import type { StepContext } from '../tasks/index.ts'
import { sha256 } from '../sha256.ts'

/** Fields that are searched for sensitive terms. Their words are not stemmed. */
export const sensitiveFields = ['tags.name.raw', 'title.raw', 'description.raw'] as const

/** A line of the list of sensitive terms, or a variant spelling of one. */
export const sensitiveTermSchema = z.object({
  line: z.string(),
  /** The token of the line if analysis yields exactly one; null: a phrase. */
  token: z.string().nullable(),
  /** Whether it is a variant spelling, in another Unicode normal form. */
  isOther: z.boolean().default(false),
})
export type SensitiveTerm = z.infer<typeof sensitiveTermSchema>

/** Maximum UTF-16 units per line: far more than any phrase has, and below the limit of one analysis call. */
const maxLineLength = 1_000

type TermsContext = Pick<StepContext, 'search' | 'readSensitiveTerms' | 'signal'>

/**
 * The current list of sensitive terms. Each line is analyzed like the searched fields, and so are its variant spellings
 * that the index treats as different.
 *
 * @param index whose analysis is used; must have the fields
 * @throws FieldsMissingError, TermsMissingError, TermsUnavailableError, TermsEmptyError, TermInvalidError
 */
export async function readTerms(context: TermsContext, index: string): Promise<SensitiveTerm[]> {
  const missing = await listUnmappedFields(context.search, index, sensitiveFields)
  if (missing.length > 0) throw new FieldsMissingError(index, missing)
  const lines = parseLines(await readText(context))
  if (lines.size === 0) throw new TermsEmptyError()
  const spellings = [...lines].flatMap(([line, number]) =>
    spellingsOf(line).map((spelling) => ({ line, number, spelling })),
  )
  const texts = spellings.map(({ spelling }) => spelling)
  const tokens = await analyzeLines(context.search, { index, field: sensitiveFields[0] }, texts)
  const terms = new Map<string, SensitiveTerm>()
  for (const [position, { line, number, spelling }] of spellings.entries()) {
    const [first, second] = tokens[position] ?? []
    if (first === undefined) throw new TermInvalidError(number, line, 'has no letter or digit to look for')
    const isOther = spelling !== line
    // Variant spellings that the index analyzes identically are one term.
    const key = `${line}\n${(tokens[position] ?? []).join(' ')}`
    if (isOther && terms.has(key)) continue
    const token = second === undefined ? first : null
    terms.set(key, { line: spelling, token, isOther })
  }
  return [...terms.values()]
}

async function readText({ readSensitiveTerms, signal }: TermsContext): Promise<string> {
  if (!readSensitiveTerms) throw new TermsMissingError()
  try {
    return await readSensitiveTerms(signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new TermsUnavailableError(error)
  }
}

/**
 * Line ends of any system (Unicode 5.8, R4). If one of these were treated as a space, the terms on both sides would
 * become one phrase or part of a comment.
 */
const lineEnds = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

/** The distinct terms of a list, each with the number of its first line, from 1. */
function parseLines(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  text.split(lineEnds).forEach((raw, position) => {
    // trim() also removes a byte order mark.
    const trimmed = raw.trim()
    if (trimmed === '' || trimmed.startsWith('#')) return
    const line = trimmed.startsWith('\\#') ? trimmed.slice(1) : trimmed
    if (lines.has(line)) return
    if (line.includes('\0')) {
      throw new TermInvalidError(position + 1, line, 'has a NUL character: the list has to be saved as UTF-8')
    }
    if (line.length > maxLineLength) {
      throw new TermInvalidError(position + 1, line, `has more than ${maxLineLength} characters`)
    }
    lines.set(line, position + 1)
  })
  return lines
}

/** SHA-256, hexadecimal, of the distinct lines sorted by UTF-16 units and joined by newlines. */
export function hashTerms(terms: readonly SensitiveTerm[]): Promise<string> {
  const text = terms
    .filter(({ isOther }) => !isOther)
    .map(({ line }) => line)
    .sort()
    .join('\n')
  return sha256(text)
}
