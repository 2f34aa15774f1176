import { z } from 'zod'
import type { SearchClient } from './connect-opensearch.ts'

/**
 * UTF-16 units per call: each token has at least one, and a call may return 10,000 tokens
 * (index.analyze.max_token_count).
 */
const maxCallLength = 9_000

const responseSchema = z.object({ tokens: z.array(z.object({ token: z.string(), start_offset: z.int() })) })

/**
 * The tokens that a field's analyzer makes of each line, in the order of the lines. A thousand short lines fit in one
 * call.
 *
 * @param lines of at most `maxCallLength` UTF-16 units each
 */
export async function analyzeLines(
  client: SearchClient,
  { index, field }: { index: string; field: string },
  lines: readonly string[],
): Promise<string[][]> {
  const tokens: string[][] = []
  for (let start = 0; start < lines.length;) {
    const text = takeCall(lines, start)
    start += text.length
    const { body } = await client.indices.analyze({ index, body: { field, text } })
    tokens.push(...assignTokens(text, responseSchema.parse(body).tokens))
  }
  return tokens
}

function takeCall(lines: readonly string[], start: number): string[] {
  let end = start
  for (let length = 0; end < lines.length; end++) {
    length += (lines[end]?.length ?? 0) + 1
    if (end > start && length > maxCallLength) break
  }
  return lines.slice(start, end)
}

/**
 * Offsets continue from one text to the next with one unit between them (Lucene's Analyzer.getOffsetGap), as if the
 * lines were joined by newlines.
 */
function assignTokens(
  lines: readonly string[],
  tokens: readonly { token: string; start_offset: number }[],
): string[][] {
  const ofLine: string[][] = []
  let next = 0
  let lineEnd = 0
  for (const line of lines) {
    lineEnd += line.length + 1
    const own: string[] = []
    for (let token = tokens[next]; token && token.start_offset < lineEnd; token = tokens[++next]) {
      own.push(token.token)
    }
    ofLine.push(own)
  }
  return ofLine
}
