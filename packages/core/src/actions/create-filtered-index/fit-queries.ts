import { FilteringFailedError } from '../../errors.ts'
import { findQueryFault } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import type { SensitiveTerm } from './term-query.ts'

/**
 * Bytes of a query, about. Below what proxies take as a rule (nginx: a megabyte), and far below OpenSearch's own limit
 * (http.max_content_length, 100 megabytes).
 */
const maxQueryBytes = 500_000

/**
 * Terms in parts that a query of this cluster can hold. How many clauses and terms that are is a setting of the cluster
 * (indices.query.bool.max_clause_count) and the index (index.max_terms_count), and how long it may be, of the proxies on
 * the way: a part that is refused is cut in two. Asked before anything is deleted.
 *
 * @param parts as large as they may be with the defaults
 * @throws FilteringFailedError with OpenSearch's reason for a term that it does not take by itself
 */
export async function fitQueries(
  { search, signal, task }: StepContext,
  parts: readonly SensitiveTerm[][],
  toQuery: (terms: readonly SensitiveTerm[]) => Record<string, unknown>,
): Promise<SensitiveTerm[][]> {
  const fitting: SensitiveTerm[][] = []
  const waiting = [...parts].reverse()
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    signal.throwIfAborted()
    const query = toQuery(part)
    const isLong = part.length > 1 && byteLength(query) > maxQueryBytes
    const fault = isLong ? 'too long' : await findQueryFault(search, task.index, query)
    if (fault === null) {
      fitting.push(part)
      continue
    }
    const [only] = part
    if (only && part.length === 1) {
      const text = JSON.stringify(only.line.slice(0, 100))
      throw new FilteringFailedError(task.index, `the sensitive term ${text} can't be searched for: ${fault}`)
    }
    const middle = Math.ceil(part.length / 2)
    waiting.push(part.slice(middle), part.slice(0, middle))
  }
  return fitting
}

function byteLength(query: Record<string, unknown>): number {
  return new TextEncoder().encode(JSON.stringify(query)).length
}
