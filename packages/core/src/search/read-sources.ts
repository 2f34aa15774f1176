import { errors } from '@opensearch-project/opensearch'
import { SearchUnavailableError } from '../errors.ts'
import type { JsonBytes } from '../documents/index.ts'
import { maxHits, rangeQuery, requireComplete, type DocumentRange } from './complete-search.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { scanHits, type HitReader } from './scan-hits.ts'

/** Maximum time for a page of a few megabytes to arrive, milliseconds. */
const pageTimeoutMs = 60_000

/** The part of a Node stream that is used for streamed responses. */
interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(error?: Error): unknown
}

/**
 * Reads documents by id, as they were sent.
 *
 * @param wanted those in a range, or those with some keys, at most `maxHits`
 * @param buffer holds the response; reused for the next one
 * @returns whether there may be more documents than were read
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
  // As the client does for responses that it reads itself.
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
      `the response to a search of ${index} is not from OpenSearch: ${error.message}`,
      {
        cause: error,
      },
    )
  }
}

async function readInto(buffer: JsonBytes, stream: ByteStream, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)])
  const stop = () => void stream.destroy(new Error('the response took too long'))
  deadline.addEventListener('abort', stop)
  buffer.clear()
  try {
    for await (const chunk of stream) buffer.append(chunk)
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    throw new SearchUnavailableError(`OpenSearch's response was cut off: ${reason}`, { cause: error })
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
