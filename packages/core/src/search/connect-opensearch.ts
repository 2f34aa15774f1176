import { Client, Serializer, Transport, type ClientOptions } from '@opensearch-project/opensearch'
import { isLoopbackHost } from '../loopback.ts'
import { foreignAnswer } from './parse-answer.ts'

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
    Transport: CheckedTransport,
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

/** What the client's own `request` gives: a promise that can be aborted. */
type Call = Promise<{ body: unknown }> & { abort(): void }

/**
 * OpenSearch answers with JSON. A page of a proxy with status 200 would pass for success wherever a call only has to be
 * done: blocks, aliases, settings.
 */
class CheckedTransport extends Transport {
  // The client calls it without a callback only; its types have an overload for each way.
  override request(...[params, options]: Parameters<Transport['request']>): never {
    const call = super.request(params, options) as unknown as Call
    const checked = call.then((response) => {
      if (typeof response.body === 'string') throw foreignAnswer(`${params.method} ${params.path}`, null)
      return response
    })
    return Object.assign(checked, { abort: () => call.abort() }) as never
  }
}
