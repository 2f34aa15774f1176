import { z } from 'zod'
import { SearchUnavailableError } from '../errors.ts'

/**
 * Parses the body of an OpenSearch response. A proxy's page, even with status 200, is not information about the
 * cluster.
 *
 * @param call names the request in the error, such as `GET image-a`
 * @throws SearchUnavailableError for a body of any other shape
 */
export function parseResponse<T>(schema: z.ZodType<T>, body: unknown, call: string): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw notOpenSearchError(call, parsed.error)
}

/**
 * Schema of a response about one index or alias, keyed by index name. OpenSearch responds with 404 for a name that does
 * not exist, so a response without an index is not from OpenSearch.
 */
export function byIndexName<Schema extends z.ZodType>(schema: Schema) {
  return z
    .record(z.string(), schema)
    .refine((found) => Object.keys(found).length > 0, { error: 'names no index' })
}

export function notOpenSearchError(call: string, cause: unknown): SearchUnavailableError {
  return new SearchUnavailableError(
    `the response to ${call} is not from OpenSearch; check OPENSEARCH_URL and any proxies in between`,
    { cause },
  )
}
