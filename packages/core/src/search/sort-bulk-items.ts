import { IndexReplacedError, SearchRefusedError } from '../errors.ts'
import { IndexClosedError } from '../index-errors.ts'
import type { BulkBody, Part } from '../documents/index.ts'
import { isTransient } from './classify-search-error.ts'
import { describeCause, listErrorTypes, type ErrorCause } from './describe-search-error.ts'

/** OpenSearch's result of one operation of a bulk request. */
export interface BulkItem {
  status: number
  error?: ErrorCause
}

export interface RefusedDocument {
  id: string
  status: number
  reason: string
  /** The document as it was sent, JSON. */
  body: string
}

/**
 * An operation that was not executed and may succeed later.
 * - `overload`: OpenSearch is overloaded.
 * - `failure`: an internal error; either a retry succeeds, or the document is the cause.
 * - `unavailable`: writes are impossible because of a block or unavailable shards.
 */
export interface HeldBack {
  position: number
  kind: 'overload' | 'failure' | 'unavailable'
  reason: string
}

/** Operations of a request by result. */
export interface SortedItems {
  /** Number of operations that took effect. */
  succeeded: number
  refused: RefusedDocument[]
  held: HeldBack[]
}

/** Error types for a missing alias or index. */
const goneTypes = new Set<unknown>(['index_not_found_exception', 'alias_missing_exception'])

/** @throws IndexClosedError, IndexReplacedError, SearchRefusedError when all writing to the index is forbidden */
export function sortItems(index: string, { body, first }: Part, items: readonly BulkItem[]): SortedItems {
  const refused: RefusedDocument[] = []
  const held: HeldBack[] = []
  items.forEach(({ status, error }, offset) => {
    // Deleting a missing document has status 404 and no error.
    if (!error && (status < 300 || status === 404)) return
    const position = first + offset
    const cause = error ?? null
    if (isTransient(status, cause)) {
      held.push({ position, kind: kindOf(status, cause), reason: describeCause(cause) || `status ${status}` })
      return
    }
    if (error?.type === 'index_closed_exception') throw new IndexClosedError(index, error)
    if (goneTypes.has(error?.type) || status === 404) throw new IndexReplacedError(index, error)
    if (status === 401 || status === 403) {
      throw new SearchRefusedError(`OpenSearch forbids writing to ${index}: ${describeCause(cause)}`, {
        cause: error,
      })
    }
    refused.push(refuse(body, position, status, describeCause(cause)))
  })
  return { succeeded: items.length - refused.length - held.length, refused, held }
}

/** @param cause distinguishes a 429 of a block: the block for a full disk has that status too */
export function kindOf(status: number, cause: ErrorCause | string | null): HeldBack['kind'] {
  if (status === 500) return 'failure'
  const isBlock = listErrorTypes(cause).includes('cluster_block_exception')
  return status === 429 && !isBlock ? 'overload' : 'unavailable'
}

export function refuse(body: BulkBody, position: number, status: number, reason: string): RefusedDocument {
  const { id, document } = body.read(position)
  return { id, status, reason, body: document }
}
