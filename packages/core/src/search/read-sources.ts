import { errors } from '@opensearch-project/opensearch'
import { SearchUnavailableError } from '../errors.ts'
import type { JsonBytes } from '../documents/index.ts'
import { maxHits, rangeQuery, requireComplete, type DocumentRange } from './complete-search.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { scanHits, type HitReader } from './scan-hits.ts'

/** How long a page of a few megabytes may take to arrive. */
const pageTimeoutMs = 60_000

/** What an answer is when it is read as it comes: a stream of Node, of which this is used. */
interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(error?: Error): unknown
}

/**
 * Reads documents as they were sent, by id.
 *
 * @param wanted those in a range, or those with some keys, `maxHits` at most
 * @param buffer holds the answer; used again for the next one
 * @returns whether there may be more of them than were read
 */
export async function readSources(
  client: SearchClient,
  index: string,
  wanted: { range: DocumentRange } | { keys: readonly string[] },
  { buffer, reader, signal }: { buffer: JsonBytes; reader: HitReader; signal: AbortSignal },
): Promise<{ isCut: boolean }> {
  const response = await client.search(
    {
      index,
      body: {
        size: maxHits,
        track_total_hits: false,
        query: 'range' in wanted ? rangeQuery(wanted.range) : { ids: { values: [...wanted.keys] } },
        sort: [{ id: 'asc' }],
      },
      allow_partial_search_results: false,
      request_cache: false,
    },
    { asStream: true },
  )
  await readInto(buffer, response.body as unknown as ByteStream, signal)
  const json = buffer.bytes.subarray(0, buffer.length)
  // As the client does with an answer that it reads itself.
  if ((response.statusCode ?? 0) >= 400) {
    throw new errors.ResponseError({ ...response, body: parseError(json) })
  }
  try {
    const { hits, rest } = scanHits(json, reader)
    requireComplete(index, rest)
    return { isCut: hits === maxHits }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new SearchUnavailableError(
      `what answered a search of ${index} is not OpenSearch: ${error.message}`,
      {
        cause: error,
      },
    )
  }
}

async function readInto(buffer: JsonBytes, stream: ByteStream, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)])
  const stop = () => void stream.destroy(new Error('the answer took too long'))
  deadline.addEventListener('abort', stop)
  buffer.clear()
  try {
    for await (const chunk of stream) buffer.append(chunk)
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    throw new SearchUnavailableError(`OpenSearch's answer broke off: ${reason}`, { cause: error })
  } finally {
    deadline.removeEventListener('abort', stop)
  }
}

function parseError(json: Uint8Array): unknown {
  const text = new TextDecoder().decode(json)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
