import { maxFailedDocuments, shortBodyBytes, type FailedDocument } from '../contract/index.ts'
import { DocumentsFailedError } from '../errors.ts'
import type { FailedDocumentQuery, NewFailedDocument } from './task-store.ts'

/** Maximum length of a reason, which quotes a value of any length. */
const maxReasonBytes = 4_096

/** Total bytes of a task's bodies that are stored complete. Further bodies are shortened. */
const maxBodiesBytes = 64 * 1024 * 1024

export interface BoundedDocument extends NewFailedDocument {
  /** Bytes of the body before it was shortened. */
  bodyBytes: number
}

/**
 * Prepares new failed documents for storage: each once, with its last failure, within the task's byte limit.
 *
 * @param keptBytes bytes of the task's bodies that are already stored
 */
export function boundDocuments(failed: readonly NewFailedDocument[], keptBytes: number): BoundedDocument[] {
  let left = maxBodiesBytes - keptBytes
  const latest = new Map(failed.map((document) => [document.id, document])).values()
  return [...latest].map(({ reason, body, ...rest }) => {
    const bodyBytes = countBytes(body)
    const kept = bodyBytes <= left ? body : cutText(body, shortBodyBytes)
    left -= kept === body ? bodyBytes : shortBodyBytes
    const cutReason = cutText(reason, maxReasonBytes)
    return { ...rest, reason: cutReason === reason ? reason : `${cutReason}…`, body: kept, bodyBytes }
  })
}

/** @throws DocumentsFailedError when a task would exceed the limit of unresolved failed documents */
export function checkFailedLimit(index: string, unresolved: number): void {
  if (unresolved > maxFailedDocuments) throw DocumentsFailedError.beyondLimit(index, maxFailedDocuments)
}

interface KeptBody {
  body: string
  /** Null for documents stored before sizes were recorded. */
  bodyBytes: number | null
}

/** The body of a failed document as shown, and whether it is complete. */
export function showBody(
  { body, bodyBytes }: KeptBody,
  { bodyLimit = Infinity }: Pick<FailedDocumentQuery, 'bodyLimit'>,
): Pick<FailedDocument, 'body' | 'body_bytes' | 'body_truncated'> {
  const shown = Number.isFinite(bodyLimit) ? cutText(body, bodyLimit) : body
  const shownBytes = countBytes(shown)
  const bytes = bodyBytes ?? countBytes(body)
  return { body: shown, body_bytes: bytes, body_truncated: shownBytes < bytes }
}

/** The beginning of a text within a limit of UTF-8 bytes, without a partial character at its end. */
export function cutText(text: string, maxBytes: number): string {
  // A code unit takes at most three bytes.
  if (text.length * 3 <= maxBytes) return text
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read)
}

function countBytes(text: string): number {
  return new TextEncoder().encode(text).length
}

/** `\uXXXX`: the longest way to write a character in JSON. */
const longestEscape = 6

/** Decodes the beginning of a JSON string, which may end within an escape. */
export function decodeJsonPrefix(json: string): string {
  for (let cut = 0; cut < longestEscape; cut++) {
    for (const end of ['', '"']) {
      const text = parseString(json.slice(0, json.length - cut) + end)
      if (text !== null) return text
    }
  }
  throw new Error('a failed document is not kept as JSON text')
}

function parseString(json: string): string | null {
  try {
    const parsed: unknown = JSON.parse(json)
    return typeof parsed === 'string' ? parsed : null
  } catch {
    return null
  }
}
