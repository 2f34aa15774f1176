import { Client, Serializer, Transport, type ClientOptions } from '@opensearch-project/opensearch'
import { isLoopbackHost } from '../loopback.ts'
import { notOpenSearchError } from './parse-response.ts'

/** The official OpenSearch client, as `connectOpenSearch` configures it. */
export type SearchClient = Client

/** Longer than a bulk request or a refresh of a large index takes. */
export const requestTimeoutMs = 120_000

/**
 * Creates a client that never retries by itself: the caller decides what to retry and reports it in the task.
 *
 * @param url `http://user:password@host:port`
 * @param options.requestTimeoutMs timeout of a request, milliseconds. Default 120,000, enough for any call
 * @param options.compress whether requests are gzipped, to about a fifth of the size; absent: unless the cluster is on
 * this machine, where it would only cost CPU
 * @param options.ssl TLS options of Node, such as `ca`
 * @throws TypeError for an invalid URL
 * @example
 * import { connectOpenSearch } from '@ingestion-server/core'
 *
 * const search = connectOpenSearch('https://user:password@localhost:9200')
 * const { body } = await search.cat.indices({ index: 'image-*', format: 'json' })
 * console.log(body)
 * await search.close()
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

/** Sends bulk bodies that are bytes unchanged. */
class BytesSerializer extends Serializer {
  override ndserialize(body: unknown[] | Uint8Array): string {
    // The client measures and sends what it gets; its types allow only text.
    return body instanceof Uint8Array ? (body as unknown as string) : super.ndserialize(body)
  }
}

/** Return type of the client's own `request`: a promise that can be aborted. */
type Call = Promise<{ body: unknown }> & { abort(): void }

/**
 * Checks that responses are JSON, as OpenSearch sends it. A proxy's page with status 200 would otherwise count as
 * success for calls whose response is not read: blocks, aliases, settings.
 */
class CheckedTransport extends Transport {
  // The client calls it only without a callback; its types have an overload for each way.
  override request(...[params, options]: Parameters<Transport['request']>): never {
    const call = super.request(params, options) as unknown as Call
    const checked = call.then((response) => {
      if (typeof response.body === 'string') throw notOpenSearchError(`${params.method} ${params.path}`, null)
      return response
    })
    return Object.assign(checked, { abort: () => call.abort() }) as never
  }
}
