import { FilteringFailedError } from '../../errors.ts'
import { findQueryFault } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import type { SensitiveTerm } from '../terms.ts'

/**
 * Approximate maximum size of a query in bytes. Below the usual limit of proxies (nginx: 1 MB) and far below
 * OpenSearch's own (http.max_content_length, 100 MB).
 */
const maxQueryBytes = 500_000

/**
 * Splits terms into parts that a query of this cluster accepts. The cluster (indices.query.bool.max_clause_count) and
 * the index (index.max_terms_count) limit the number of clauses and terms, proxies limit the size. A refused part is
 * halved. Runs before anything is deleted.
 *
 * @param parts as large as the default limits allow
 * @throws FilteringFailedError with OpenSearch's reason if it refuses a single term
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
