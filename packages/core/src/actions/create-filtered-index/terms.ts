import {
  FieldsMissingError,
  TermInvalidError,
  TermsEmptyError,
  TermsMissingError,
  TermsUnavailableError,
} from '../../errors.ts'
import { spellingsOf } from '../../look-alikes.ts'
import { analyzeLines, listUnmappedFields } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { sensitiveFields, type SensitiveTerm } from './term-query.ts'
import { sha256 } from '../../sha256.ts'

/** UTF-16 units of a line: far more than any phrase has, and less than one call of the analysis takes. */
const maxLineLength = 1_000

type TermsContext = Pick<StepContext, 'search' | 'readSensitiveTerms' | 'signal'>

/**
 * The list of sensitive terms as it is now, each line analysed as the fields are that it is looked for in, and so are
 * its other spellings that an index doesn't take for the same.
 *
 * @param index whose analysis is used, and which must have the fields
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
    // Other spellings of a line that the index analyses alike are one term.
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
 * What ends a line in any system (Unicode 5.8, R4): were one of these taken for a space, the terms on both sides of it
 * would be looked for as one phrase, or pass for a comment.
 */
const lineEnds = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

/** The distinct terms of a list, each with the number of its first line, from 1. */
function parseLines(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  text.split(lineEnds).forEach((raw, position) => {
    // trim() takes a byte order mark away too.
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

/** SHA-256, hexadecimal, of the distinct lines in the order of their UTF-16 units, joined by newlines. */
export function hashTerms(terms: readonly SensitiveTerm[]): Promise<string> {
  const text = terms
    .filter(({ isOther }) => !isOther)
    .map(({ line }) => line)
    .sort()
    .join('\n')
  return sha256(text)
}
