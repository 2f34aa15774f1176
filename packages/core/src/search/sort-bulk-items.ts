import { IndexReplacedError, SearchRefusedError } from '../errors.ts'
import { IndexClosedError } from '../index-errors.ts'
import type { BulkBody, Part } from '../documents/index.ts'
import { isTransient } from './classify-search-error.ts'
import { describeCause, listErrorTypes, type ErrorCause } from './describe-search-error.ts'

/** What OpenSearch answers for one operation of a bulk request. */
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
 * An operation that was not done and may be later.
 * - `overload`: OpenSearch takes less at the moment.
 * - `failure`: something broke inside; the next try may do, or it is the document.
 * - `unavailable`: it takes none, because of a block, or because shards are away.
 */
export interface HeldBack {
  position: number
  kind: 'overload' | 'failure' | 'unavailable'
  reason: string
}

/** Operations of a request by what became of them. */
export interface SortedItems {
  /** How many took effect. */
  succeeded: number
  refused: RefusedDocument[]
  held: HeldBack[]
}

/** Error types that say that the alias or the index behind it is gone. */
const goneTypes = new Set<unknown>(['index_not_found_exception', 'alias_missing_exception'])

/** @throws IndexClosedError, IndexReplacedError, SearchRefusedError when all writing to the index is forbidden */
export function sortItems(index: string, { body, first }: Part, items: readonly BulkItem[]): SortedItems {
  const refused: RefusedDocument[] = []
  const held: HeldBack[] = []
  items.forEach(({ status, error }, offset) => {
    // A deletion of what isn't there has status 404 and no error.
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

/** @param cause says whether status 429 is one of a block: the one for a full disk has it too */
export function kindOf(status: number, cause: ErrorCause | string | null): HeldBack['kind'] {
  if (status === 500) return 'failure'
  const isBlock = listErrorTypes(cause).includes('cluster_block_exception')
  return status === 429 && !isBlock ? 'overload' : 'unavailable'
}

export function refuse(body: BulkBody, position: number, status: number, reason: string): RefusedDocument {
  const { id, document } = body.read(position)
  return { id, status, reason, body: document }
}
