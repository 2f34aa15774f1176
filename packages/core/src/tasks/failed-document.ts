import { maxFailedDocuments, shortBodyBytes, type FailedDocument } from '../contract/index.ts'
import { DocumentsFailedError } from '../errors.ts'
import type { FailedDocumentQuery, NewFailedDocument } from './task-store.ts'

/** A reason quotes the value that it is about, which may be of any length. */
const maxReasonBytes = 4_096

/** Bytes of the bodies of a task that are kept whole, all together. What comes after that is kept shortened. */
const maxBodiesBytes = 64 * 1024 * 1024

export interface BoundedDocument extends NewFailedDocument {
  /** Of the body before it was shortened. */
  bodyBytes: number
}

/**
 * New failed documents as they are kept: each once, as it failed last, within the bytes that a task may take.
 *
 * @param keptBytes bytes of the bodies that the task has already
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

/** @throws DocumentsFailedError when a task would have more unresolved failed documents than it may keep */
export function checkFailedLimit(index: string, unresolved: number): void {
  if (unresolved > maxFailedDocuments) throw DocumentsFailedError.beyondLimit(index, maxFailedDocuments)
}

interface KeptBody {
  body: string
  /** Null of documents that were kept before their size was. */
  bodyBytes: number | null
}

/** The body of a failed document as it is shown, with what says whether that is all of it. */
export function showBody(
  { body, bodyBytes }: KeptBody,
  { bodyLimit = Infinity }: Pick<FailedDocumentQuery, 'bodyLimit'>,
): Pick<FailedDocument, 'body' | 'body_bytes' | 'body_truncated'> {
  const shown = Number.isFinite(bodyLimit) ? cutText(body, bodyLimit) : body
  const shownBytes = countBytes(shown)
  const bytes = bodyBytes ?? countBytes(body)
  return { body: shown, body_bytes: bytes, body_truncated: shownBytes < bytes }
}

/** The beginning of a text in so many bytes of UTF-8 at most, without half a character at its end. */
export function cutText(text: string, maxBytes: number): string {
  // No code unit takes more than three bytes.
  if (text.length * 3 <= maxBytes) return text
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read)
}

function countBytes(text: string): number {
  return new TextEncoder().encode(text).length
}

/** `\uXXXX`: the longest way to write a character in JSON. */
const longestEscape = 6

/** The text that the beginning of a JSON string stands for; it may end in the middle of an escape. */
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
