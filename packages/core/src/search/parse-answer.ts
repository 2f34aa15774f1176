import { z } from 'zod'
import { SearchUnavailableError } from '../errors.ts'

/**
 * The body of an answer, in the shape that OpenSearch gives it. A page of a proxy, with status 200 too, says nothing
 * about the cluster.
 *
 * @param call names the request in the error, such as `GET image-a`
 * @throws SearchUnavailableError for a body of any other shape
 */
export function parseAnswer<T>(schema: z.ZodType<T>, body: unknown, call: string): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw foreignAnswer(call, parsed.error)
}

/**
 * The answer to a request about one index or alias, by name of the index. OpenSearch answers 404 for a name that does
 * not exist, so an answer without an index is not one of OpenSearch.
 */
export function byIndexName<Schema extends z.ZodType>(schema: Schema) {
  return z
    .record(z.string(), schema)
    .refine((found) => Object.keys(found).length > 0, { error: 'names no index' })
}

export function foreignAnswer(call: string, cause: unknown): SearchUnavailableError {
  return new SearchUnavailableError(
    `the answer to ${call} is not one of OpenSearch; check OPENSEARCH_URL, and the proxies on the way`,
    { cause },
  )
}
