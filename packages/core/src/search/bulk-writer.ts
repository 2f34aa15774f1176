import type { Clock } from '../clock.ts'
import { backoffMs } from '../clock.ts'
import { IndexReplacedError, SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { classifySearchError, searchStatus, transientStatuses } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import type { BulkBody } from './bulk-body.ts'
import { createInFlightLimit, type LearnedLimit } from './in-flight-limit.ts'

export interface RefusedDocument {
  id: string
  status: number
  reason: string
  /** The document as it was sent, JSON. */
  body: string
}

interface BulkOutcome {
  /** Operations that took effect; a document to take away that wasn't there counts too. */
  succeeded: number
  refused: RefusedDocument[]
}

export interface BulkWriterOptions {
  client: SearchClient
  /** The alias to write through; never an index name. */
  alias: string
  /** The index behind the alias, for messages. */
  index: string
  /** Bytes of a request, about; a single larger document goes alone. */
  targetBodyLength: number
  /** Requests under way at most; it begins with few (see createInFlightLimit). */
  maxInFlight: number
  /** How long overload (429) is waited out before it counts as an outage. */
  outageTimeoutMs: number
  clock: Clock
  /** Stops waiting and sending; what is under way is not awaited. */
  signal: AbortSignal
}

export interface BulkWriter {
  /**
   * Writes a body in as few requests as its size allows, and resolves when each of its operations is accounted
   * for: it took effect or was refused. The body may not change meanwhile.
   *
   * @throws SearchUnavailableError when OpenSearch is away or stays overloaded
   * @throws IndexReplacedError when the alias is gone
   * @throws SearchRefusedError for a response that leaves an operation's fate open or forbids all
   */
  write(body: BulkBody): Promise<BulkOutcome>
  /** Requests that may be under way now. */
  readonly inFlight: number
}

/** As many requests as keep a cluster near by busy: it works on one while the next is on its way. More would queue. */
const usualInFlight = 2
/** What the last writer learned of a cluster, by its client: the next one goes on from there. */
const learnedOf = new WeakMap<SearchClient, LearnedLimit>()
/** A request that is cut in two for its size stays longer than this, in bytes. */
const minBodyLength = 100_000

interface ItemResult {
  status: number
  error?: { type?: string; reason?: string; caused_by?: { reason?: string } }
}

/** Error types that say that the alias or the index behind it is gone, or closed to this writer. */
const goneTypes = new Set(['index_not_found_exception', 'index_closed_exception', 'alias_missing_exception'])

export function createBulkWriter(options: BulkWriterOptions): BulkWriter {
  const { client, alias, index, clock, signal } = options
  const most = options.maxInFlight
  const least = Math.min(usualInFlight, most)
  const limit = createInFlightLimit({ least, most, learned: learnedOf.get(client) })
  let bodyLength = options.targetBodyLength

  /** Sends until every operation has an end: what was rejected for overload is sent again, halved if too large. */
  async function send(part: Part): Promise<BulkOutcome> {
    const outcome: BulkOutcome = { succeeded: 0, refused: [] }
    let remaining = part
    let overloadedSince: number | null = null
    for (let attempt = 0; ; attempt++) {
      let latencyMs = 0
      const result = await limit.run(async () => {
        const since = performance.now()
        const answer = await post(remaining)
        latencyMs = performance.now() - since
        return answer
      }, signal)
      if (result === 'too large') {
        bodyLength = Math.min(bodyLength, Math.max(minBodyLength, lengthOf(remaining) / 2))
        const halves = await sendHalves(remaining)
        return mergeOutcomes([outcome, ...halves])
      }
      const isWhole = lengthOf(remaining) > bodyLength / 2
      if (result.rejected.length > 0) limit.report('overloaded')
      else limit.report('accepted', isWhole ? latencyMs : undefined)
      learnedOf.set(client, limit.learned())
      outcome.succeeded += result.succeeded
      outcome.refused.push(...result.refused)
      if (result.rejected.length === 0) return outcome
      overloadedSince ??= clock.now()
      if (clock.now() - overloadedSince > options.outageTimeoutMs) {
        throw new SearchUnavailableError(`OpenSearch kept rejecting writes to ${index}: too many requests`)
      }
      remaining = wholeOf(remaining.body.pick(result.rejected))
      await clock.sleep(backoffMs(attempt), signal)
    }
  }

  async function sendHalves({ body, first, end }: Part): Promise<BulkOutcome[]> {
    if (end - first === 1) {
      const refused = refuse(body, first, 413, 'larger than OpenSearch takes in one request')
      return [{ succeeded: 0, refused: [refused] }]
    }
    const middle = Math.ceil((first + end) / 2)
    return [await send({ body, first, end: middle }), await send({ body, first: middle, end })]
  }

  async function post(part: Part) {
    const operations = part.end - part.first
    const items = await request(part)
    if (items === 'too large') return items
    if (items === 'overloaded') return { succeeded: 0, refused: [], rejected: positionsOf(part) }
    if (items.length !== operations) {
      throw new SearchRefusedError(
        `OpenSearch answered for ${items.length} of ${operations} operations on ${index}`,
      )
    }
    return sortItems(part, items)
  }

  async function request({ body, first, end }: Part): Promise<ItemResult[] | 'too large' | 'overloaded'> {
    signal.throwIfAborted()
    const call = client.bulk({
      index: alias,
      require_alias: true,
      // The client passes bytes on as they are (connect-opensearch.ts); its types know only lists of objects.
      body: body.slice(first, end) as unknown as Record<string, unknown>[],
      filter_path: ['items.*.status', 'items.*.error'],
    })
    // Not its value: that is a promise which fails now, and an event target would end the process over it.
    const abort = () => void call.abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      const response = await call
      // Each item has one key, the operation's name.
      return (response.body.items as unknown as Record<string, ItemResult>[]).map(
        (item) => Object.values(item)[0] as ItemResult,
      )
    } catch (error) {
      signal.throwIfAborted()
      const status = searchStatus(error)
      if (status === 413) return 'too large'
      if (status === 429) return 'overloaded'
      if (status === 404) throw new IndexReplacedError(index, error)
      throw classifySearchError(error) ?? error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Sorts operations by what became of them; those that were rejected by their positions in the body. */
  function sortItems({ body, first }: Part, items: readonly ItemResult[]) {
    const refused: RefusedDocument[] = []
    const rejected: number[] = []
    items.forEach(({ status, error }, offset) => {
      // A deletion of what isn't there has status 404 and no error.
      if (!error && (status < 300 || status === 404)) return
      const position = first + offset
      if (transientStatuses.has(status)) return void rejected.push(position)
      if (goneTypes.has(error?.type ?? '') || status === 404) throw new IndexReplacedError(index, error)
      if (status === 401 || status === 403) {
        throw new SearchRefusedError(`OpenSearch forbids writing to ${index}: ${describe(error)}`, {
          cause: error,
        })
      }
      refused.push(refuse(body, position, status, describe(error)))
    })
    return { succeeded: items.length - refused.length - rejected.length, refused, rejected }
  }

  return {
    get inFlight() {
      return limit.current
    },
    async write(body) {
      const parts = splitByLength(body, bodyLength)
      const settled = await Promise.allSettled(parts.map(send))
      const failure = settled.find((result) => result.status === 'rejected')
      if (failure) throw failure.reason
      return mergeOutcomes(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])))
    },
  }
}

/** Operations of a body from `first` on, before `end`. */
interface Part {
  body: BulkBody
  first: number
  end: number
}

function lengthOf({ body, first, end }: Part): number {
  return body.slice(first, end).length
}

function wholeOf(body: BulkBody): Part {
  return { body, first: 0, end: body.size }
}

function positionsOf({ first, end }: Part): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index)
}

/** A body in parts of about `targetLength` bytes; one that is little longer stays whole. */
function splitByLength(body: BulkBody, targetLength: number): Part[] {
  const length = body.length / Math.max(1, Math.round(body.length / targetLength))
  const parts: Part[] = []
  for (let first = 0; first < body.size;) {
    const end = body.fit(first, length)
    parts.push({ body, first, end })
    first = end
  }
  return parts
}

function refuse(body: BulkBody, position: number, status: number, reason: string): RefusedDocument {
  const { id, document } = body.read(position)
  return { id, status, reason, body: document }
}

function describe(error: ItemResult['error']): string {
  const cause = error?.caused_by?.reason
  return [error?.type, error?.reason, ...(cause ? [`caused by: ${cause}`] : [])].filter(Boolean).join(': ')
}

function mergeOutcomes(outcomes: readonly BulkOutcome[]): BulkOutcome {
  return {
    succeeded: outcomes.reduce((sum, outcome) => sum + outcome.succeeded, 0),
    refused: outcomes.flatMap((outcome) => outcome.refused),
  }
}
