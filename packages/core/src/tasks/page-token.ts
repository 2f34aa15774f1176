import { IngestionError } from '../errors.ts'
import { isTaskId } from './task-id.ts'

/** A page token that no response contained. */
export class PageTokenError extends IngestionError {
  override readonly name = 'PageTokenError'
  readonly code = 'page_token'
  constructor(token: string) {
    super(`"${token}" is no page token of this server; start again from the first page`)
  }
}

/** The end of a page of the history: its last task. */
export interface PageEnd {
  /** ISO 8601 in UTC, with the precision of the store. */
  createdAt: string
  id: string
}

export function toPageToken({ createdAt, id }: PageEnd): string {
  return encode(`${createdAt} ${id}`)
}

/** @throws PageTokenError */
export function fromPageToken(token: string): PageEnd {
  const [createdAt = '', id = ''] = decode(token).split(' ')
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(createdAt) || !isTaskId(id))
    throw new PageTokenError(token)
  if (Number.isNaN(Date.parse(createdAt))) throw new PageTokenError(token)
  return { createdAt, id }
}

/** The end of a page of a task's items: its last item. */
export interface ItemPageEnd {
  stage: number
  ordinal: number
}

export function toItemToken({ stage, ordinal }: ItemPageEnd): string {
  return encode(`${stage} ${ordinal}`)
}

/** @throws PageTokenError */
export function fromItemToken(token: string): ItemPageEnd {
  const [, stage, ordinal] = /^(\d{1,9}) (\d{1,9})$/.exec(decode(token)) ?? []
  if (stage === undefined || ordinal === undefined) throw new PageTokenError(token)
  return { stage: Number(stage), ordinal: Number(ordinal) }
}

/** Opaque and URL-safe: base64url (RFC 4648, 5) without padding. */
function encode(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decode(token: string): string {
  try {
    return atob(token.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    // Invalid base64 is read as empty, which the caller refuses like any invalid token.
    return ''
  }
}

/**
 * A page token of failed documents: a row's id, a 64-bit integer.
 *
 * @throws PageTokenError
 */
export function checkRowId(text: string): string {
  if (!/^-?\d{1,19}$/.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text))
    throw new PageTokenError(text)
  return text
}
