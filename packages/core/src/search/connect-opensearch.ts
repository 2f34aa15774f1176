import { Client, type ClientOptions } from '@opensearch-project/opensearch'

export type SearchClient = Client

/**
 * A client that never retries by itself: who asks decides what is worth asking again, and says so in the task.
 *
 * @param url `http://user:password@host:port`
 * @param options.requestTimeoutMs longer than a bulk request or a refresh of a large index takes
 */
export function connectOpenSearch(
  url: string,
  options: { requestTimeoutMs?: number; ssl?: NonNullable<ClientOptions['ssl']> } = {},
): SearchClient {
  return new Client({
    node: url,
    maxRetries: 0,
    requestTimeout: options.requestTimeoutMs ?? 120_000,
    ...(options.ssl && { ssl: options.ssl }),
  })
}
