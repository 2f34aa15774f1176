import { Client, Serializer, type ClientOptions } from '@opensearch-project/opensearch'
import { isLoopbackHost } from '../loopback.ts'

export type SearchClient = Client

/** Longer than a bulk request or a refresh of a large index takes. */
export const requestTimeoutMs = 120_000

/**
 * A client that never retries by itself: who asks decides what is worth asking again, and says so in the task.
 *
 * @param url `http://user:password@host:port`
 * @param options.requestTimeoutMs absent: as long as any call may take
 * @param options.compress whether requests are sent gzipped, a fifth as long; absent: unless the cluster is on this
 * machine, where it would only cost CPU
 */
export function connectOpenSearch(
  url: string,
  options: { requestTimeoutMs?: number; compress?: boolean; ssl?: NonNullable<ClientOptions['ssl']> } = {},
): SearchClient {
  const compress = options.compress ?? !isLoopbackHost(new URL(url).hostname)
  return new Client({
    node: url,
    maxRetries: 0,
    Serializer: BytesSerializer,
    requestTimeout: options.requestTimeoutMs ?? requestTimeoutMs,
    ...(compress && { compression: 'gzip' }),
    ...(options.ssl && { ssl: options.ssl }),
  })
}

/** Bulk bodies that are bytes are sent as they are. */
class BytesSerializer extends Serializer {
  override ndserialize(body: unknown[] | Uint8Array): string {
    // The client measures and sends what it gets; its types know only text.
    return body instanceof Uint8Array ? (body as unknown as string) : super.ndserialize(body)
  }
}
