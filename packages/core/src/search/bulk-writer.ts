import type { Clock } from '../clock.ts'
import { backoffMs } from '../clock.ts'
import { IndexReplacedError, SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { classifySearchError, searchStatus, transientStatuses } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { createInFlightLimit } from './in-flight-limit.ts'

/** One document to write or take away, as its lines of a bulk body: NDJSON, each line ended by a newline. */
export interface BulkOperation {
  /** `_id` */
  id: string
  lines: string
}

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
  /** UTF-16 units of a body, about; a single larger document goes alone. */
  targetBodyLength: number
  maxInFlight: number
  /** How long overload (429) is waited out before it counts as an outage. */
  outageTimeoutMs: number
  clock: Clock
  /** Stops waiting and sending; what is under way is not awaited. */
  signal: AbortSignal
}

export interface BulkWriter {
  /**
   * Writes operations in as few requests as their size allows, and resolves when each of them is accounted for:
   * it took effect or was refused.
   *
   * @throws SearchUnavailableError when OpenSearch is away or stays overloaded
   * @throws IndexReplacedError when the alias is gone
   * @throws SearchRefusedError for a response that leaves an operation's fate open or forbids all
   */
  write(operations: readonly BulkOperation[]): Promise<BulkOutcome>
}

export function indexOperation(id: string, document: string): BulkOperation {
  return { id, lines: `{"index":{"_id":${JSON.stringify(id)}}}\n${document}\n` }
}

export function deleteOperation(id: string): BulkOperation {
  return { id, lines: `{"delete":{"_id":${JSON.stringify(id)}}}\n` }
}

interface ItemResult {
  status: number
  error?: { type?: string; reason?: string; caused_by?: { reason?: string } }
}

/** Error types that say that the alias or the index behind it is gone, or closed to this writer. */
const goneTypes = new Set(['index_not_found_exception', 'index_closed_exception', 'alias_missing_exception'])

export function createBulkWriter(options: BulkWriterOptions): BulkWriter {
  const { client, alias, index, clock, signal } = options
  const limit = createInFlightLimit(options.maxInFlight)

  /** Sends until every operation has an end: what was rejected for overload is sent again, halved if too large. */
  async function send(operations: readonly BulkOperation[]): Promise<BulkOutcome> {
    const outcome: BulkOutcome = { succeeded: 0, refused: [] }
    let remaining = operations
    let overloadedSince: number | null = null
    for (let attempt = 0; ; attempt++) {
      const result = await limit.run(() => post(remaining), signal)
      if (result === 'too large') {
        const halves = await sendHalves(remaining)
        return mergeOutcomes([outcome, ...halves])
      }
      limit.report(result.rejected.length === 0)
      outcome.succeeded += result.succeeded
      outcome.refused.push(...result.refused)
      if (result.rejected.length === 0) return outcome
      overloadedSince ??= clock.now()
      if (clock.now() - overloadedSince > options.outageTimeoutMs) {
        throw new SearchUnavailableError(`OpenSearch kept rejecting writes to ${index}: too many requests`)
      }
      remaining = result.rejected
      await clock.sleep(backoffMs(attempt), signal)
    }
  }

  async function sendHalves(operations: readonly BulkOperation[]): Promise<BulkOutcome[]> {
    const [only] = operations
    if (operations.length === 1 && only) {
      return [{ succeeded: 0, refused: [refuse(only, 413, 'larger than OpenSearch takes in one request')] }]
    }
    const middle = Math.ceil(operations.length / 2)
    return [await send(operations.slice(0, middle)), await send(operations.slice(middle))]
  }

  async function post(operations: readonly BulkOperation[]) {
    const items = await request(operations)
    if (items === 'too large') return items
    if (items === 'overloaded') return { succeeded: 0, refused: [], rejected: operations }
    if (items.length !== operations.length) {
      throw new SearchRefusedError(
        `OpenSearch answered for ${items.length} of ${operations.length} operations on ${index}`,
      )
    }
    return sortItems(operations, items)
  }

  async function request(
    operations: readonly BulkOperation[],
  ): Promise<ItemResult[] | 'too large' | 'overloaded'> {
    signal.throwIfAborted()
    const call = client.bulk({
      index: alias,
      require_alias: true,
      // The client passes text on as it is; its types know only lists of objects.
      body: operations.map((operation) => operation.lines).join('') as unknown as Record<string, unknown>[],
      filter_path: ['items.*.status', 'items.*.error'],
    })
    // Not its value: that is a promise which fails now, and an event target would end the process over it.
    const abort = () => void call.abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      const { body } = await call
      // Each item has one key, the operation's name.
      return (body.items as unknown as Record<string, ItemResult>[]).map(
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

  /** Sorts operations by what became of them. */
  function sortItems(operations: readonly BulkOperation[], items: readonly ItemResult[]) {
    const refused: RefusedDocument[] = []
    const rejected: BulkOperation[] = []
    items.forEach(({ status, error }, position) => {
      const operation = operations[position] as BulkOperation
      // A deletion of what isn't there has status 404 and no error.
      if (!error && (status < 300 || status === 404)) return
      if (transientStatuses.has(status)) return void rejected.push(operation)
      if (goneTypes.has(error?.type ?? '') || status === 404) throw new IndexReplacedError(index, error)
      if (status === 401 || status === 403) {
        throw new SearchRefusedError(`OpenSearch forbids writing to ${index}: ${describe(error)}`, {
          cause: error,
        })
      }
      refused.push(refuse(operation, status, describe(error)))
    })
    return { succeeded: operations.length - refused.length - rejected.length, refused, rejected }
  }

  return {
    async write(operations) {
      const bodies = splitByLength(operations, options.targetBodyLength)
      const settled = await Promise.allSettled(bodies.map(send))
      const failure = settled.find((result) => result.status === 'rejected')
      if (failure) throw failure.reason
      return mergeOutcomes(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])))
    },
  }
}

/** Consecutive operations in groups of about `targetLength`, none empty. */
function splitByLength(operations: readonly BulkOperation[], targetLength: number): BulkOperation[][] {
  const groups: BulkOperation[][] = []
  let group: BulkOperation[] = []
  let length = 0
  for (const operation of operations) {
    if (group.length > 0 && length + operation.lines.length > targetLength) {
      groups.push(group)
      group = []
      length = 0
    }
    group.push(operation)
    length += operation.lines.length
  }
  if (group.length > 0) groups.push(group)
  return groups
}

function refuse(operation: BulkOperation, status: number, reason: string): RefusedDocument {
  return { id: operation.id, status, reason, body: operation.lines.split('\n')[1] ?? '' }
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
