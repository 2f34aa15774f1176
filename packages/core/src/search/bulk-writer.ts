import type { Clock } from '../clock.ts'
import { backoffMs } from '../clock.ts'
import { IndexReplacedError, SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import {
  type BulkBody,
  lengthOf,
  type Part,
  positionsOf,
  splitByLength,
  wholeOf,
} from '../documents/index.ts'
import { classifySearchError, isTransient, searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { describeErrorBody, errorCauseOf } from './describe-search-error.ts'
import { explainAwayShard } from './explain-allocation.ts'
import { notOpenSearchError } from './parse-response.ts'
import { createConcurrencyLimiter, type LearnedLimit } from './concurrency-limiter.ts'
import {
  kindOf,
  refuse,
  sortItems,
  type BulkItem,
  type HeldBack,
  type RefusedDocument,
  type SortedItems,
} from './sort-bulk-items.ts'

interface BulkOutcome {
  /** Operations that took effect, including the deletion of a missing document. */
  succeeded: number
  refused: RefusedDocument[]
}

export interface BulkWriterOptions {
  client: SearchClient
  /** The alias to write through; never an index name. */
  alias: string
  /** The index behind the alias, for messages. */
  index: string
  /** Approximate bytes per request; a larger document is sent alone. */
  targetBodyLength: number
  /** Maximum concurrent requests; the writer starts with fewer (see createConcurrencyLimiter). */
  maxInFlight: number
  /** Limit learned by the previous writer on this cluster; this writer starts from it and updates it. */
  learned: { limit?: LearnedLimit | undefined }
  /**
   * The task is already waiting: rejected operations are reported at once instead of being retried here first, until
   * something was accepted.
   */
  isWaiting: boolean
  clock: Clock
  /** Stops waiting and sending; requests under way are not awaited. */
  signal: AbortSignal
}

export interface BulkWriter {
  /**
   * Writes a body in as few requests as its size allows, and resolves when every operation took effect or was refused.
   * The body must not change meanwhile.
   *
   * @throws SearchUnavailableError with OpenSearch's reason, when it is down, rejects writes, or stays overloaded for
   * some seconds; the whole body may be written again
   * @throws IndexReplacedError when the alias is gone
   * @throws SearchRefusedError for a response that leaves the result of an operation unknown or forbids all
   */
  write(body: BulkBody): Promise<BulkOutcome>
  /** Current limit on concurrent requests. */
  readonly inFlight: number
}

/** Enough to keep a nearby cluster busy: it processes one request while the next is in transit. More would queue. */
const usualInFlight = 2
/** Requests are not split for their size below this length, bytes. */
const minBodyLength = 100_000

/**
 * How long overload (429) is handled here by sending less before it is reported as an outage, milliseconds, and the
 * minimum number of tries. A longer time would leave the task waiting without a stated reason.
 */
const patienceMs = 3_000
const minTries = 4
/**
 * How long OpenSearch waits for a shard before it responds with 503. Its default is a minute, in which the task could
 * not report what it waits for.
 */
const shardTimeout = '5s'

export function createBulkWriter(options: BulkWriterOptions): BulkWriter {
  const { client, alias, index, learned, clock, signal } = options
  const most = options.maxInFlight
  const least = Math.min(usualInFlight, most)
  const limiter = createConcurrencyLimiter({ least, most, learned: learned.limit })
  let bodyLength = options.targetBodyLength
  let isPatient = !options.isWaiting

  /**
   * Sends until every operation has a result: held back operations are sent again, in halves if the request is too
   * large.
   */
  async function send(part: Part): Promise<BulkOutcome> {
    const outcome: BulkOutcome = { succeeded: 0, refused: [] }
    const patience = createPatience()
    for (let remaining = part; ;) {
      let latencyMs = 0
      const result = await limiter.run(async () => {
        const since = performance.now()
        const response = await post(remaining)
        latencyMs = performance.now() - since
        return response
      }, signal)
      if (result === 'too large') {
        bodyLength = Math.min(bodyLength, Math.max(minBodyLength, lengthOf(remaining) / 2))
        const halves = await sendHalves(remaining)
        return mergeOutcomes([outcome, ...halves])
      }
      const { held } = result
      const isWhole = lengthOf(remaining) > bodyLength / 2
      if (held.length > 0) limiter.report('overloaded')
      else limiter.report('accepted', isWhole ? latencyMs : undefined)
      learned.limit = limiter.learned()
      outcome.succeeded += result.succeeded
      outcome.refused.push(...result.refused)
      if (result.succeeded > 0) isPatient = true
      if (held.length === 0) return outcome

      const waitMs = patience.take(result)
      if (waitMs === null) {
        if (outcome.succeeded === 0 || !held.every(isFailure)) throw await unavailable(held)
        // The other operations were written, so repeated failures are caused by the document.
        const failed = held.map(({ position, reason }) => refuse(remaining.body, position, 500, reason))
        return mergeOutcomes([outcome, { succeeded: 0, refused: failed }])
      }
      remaining = wholeOf(remaining.body.pick(held.map(({ position }) => position)))
      await clock.sleep(waitMs, signal)
    }
  }

  /** Returns how long to wait before held back operations are sent again; null when they should be reported instead. */
  function createPatience() {
    let since: number | null = null
    let tries = 0
    return {
      take({ succeeded, held }: SortedItems): number | null {
        if (held.some(({ kind }) => kind === 'unavailable')) return null
        // Some were accepted, so there is capacity: only a lack of progress is an outage.
        if (succeeded > 0 && !held.every(isFailure)) [since, tries] = [null, 0]
        since ??= clock.now()
        tries++
        if (!isPatient || (tries >= minTries && clock.now() - since > patienceMs)) return null
        return backoffMs(tries - 1)
      },
    }
  }

  async function unavailable(held: readonly HeldBack[]): Promise<SearchUnavailableError> {
    // Unavailability explains more than overload.
    const first = held.find(({ kind }) => kind === 'unavailable') ?? held[0]
    const what = first?.kind === 'overload' ? 'too many requests' : 'it takes no writes now'
    const reason = first?.reason ?? ''
    const why = await explainAwayShard(client, reason)
    return new SearchUnavailableError(
      `OpenSearch holds back writes to ${index}, ${what}: ${reason}${why === null ? '' : `: ${why}`}`,
    )
  }

  async function sendHalves({ body, first, end }: Part): Promise<BulkOutcome[]> {
    if (end - first === 1) {
      const refused = refuse(body, first, 413, 'larger than OpenSearch takes in one request')
      return [{ succeeded: 0, refused: [refused] }]
    }
    const middle = Math.ceil((first + end) / 2)
    return [await send({ body, first, end: middle }), await send({ body, first: middle, end })]
  }

  async function post(part: Part): Promise<SortedItems | 'too large'> {
    const operations = part.end - part.first
    const items = await request(part)
    if (!Array.isArray(items)) return items
    if (items.length !== operations) {
      throw new SearchRefusedError(
        `OpenSearch returned results for ${items.length} of ${operations} operations on ${index}`,
      )
    }
    return sortItems(index, part, items)
  }

  async function request(part: Part): Promise<BulkItem[] | SortedItems | 'too large'> {
    signal.throwIfAborted()
    const call = client.bulk({
      index: alias,
      require_alias: true,
      timeout: shardTimeout,
      // The client passes bytes on unchanged (connect-opensearch.ts); its types allow only lists of objects.
      body: part.body.slice(part.first, part.end) as unknown as Record<string, unknown>[],
      filter_path: ['items.*.status', 'items.*.error'],
    })
    // Ignore the return value: it is a promise that rejects now, and an event target would end the process because of
    // it.
    const abort = () => void call.abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      const response = await call
      return readItems(response.body, `POST ${alias}/_bulk`)
    } catch (error) {
      signal.throwIfAborted()
      const status = searchStatus(error)
      if (status === 413) return 'too large'
      const held = status === null ? null : holdBack(part, status, (error as { body?: unknown }).body)
      if (held) return held
      if (status === 404) throw new IndexReplacedError(index, error)
      throw classifySearchError(error) ?? error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    get inFlight() {
      return limiter.current
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

/**
 * The items of a response. Not checked by a schema: there are thousands a second.
 *
 * @throws SearchUnavailableError when the response is not from OpenSearch; the request may be sent again
 */
function readItems(body: unknown, call: string): BulkItem[] {
  const { items } = body as { items?: unknown }
  if (!Array.isArray(items)) throw notOpenSearchError(call, null)
  return items.map((item: unknown) => {
    // Each item has one key, the name of the operation.
    const [result] = Object.values((item ?? {}) as Record<string, BulkItem | undefined>)
    if (typeof result?.status !== 'number') throw notOpenSearchError(call, null)
    return result
  })
}

/** All operations of a request that failed as a whole with a transient error; null for any other error. */
function holdBack(part: Part, status: number, body: unknown): SortedItems | null {
  const cause = errorCauseOf(body)
  if (!isTransient(status, cause)) return null
  const kind = status === 429 ? kindOf(status, cause) : 'unavailable'
  const reason = `status ${status}: ${describeErrorBody(body)}`
  return {
    succeeded: 0,
    refused: [],
    held: positionsOf(part).map((position) => ({ position, kind, reason })),
  }
}

function isFailure({ kind }: HeldBack): boolean {
  return kind === 'failure'
}

function mergeOutcomes(outcomes: readonly BulkOutcome[]): BulkOutcome {
  return {
    succeeded: outcomes.reduce((sum, outcome) => sum + outcome.succeeded, 0),
    refused: outcomes.flatMap((outcome) => outcome.refused),
  }
}
