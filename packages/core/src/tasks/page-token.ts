import { IngestionError } from '../errors.ts'
import { isTaskId } from './task-id.ts'

/** A page token that no page was answered with. */
export class PageTokenError extends IngestionError {
  override readonly name = 'PageTokenError'
  readonly code = 'page_token'
  constructor(token: string) {
    super(`"${token}" is no page token of this server; start again from the first page`)
  }
}

/** Where a page of the history ended: its last task. */
export interface PageEnd {
  /** ISO 8601 in UTC, as exact as the store has it. */
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

/** Where a page of a task's items ended: its last item. */
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

/** Opaque and safe in a URL: base64url (RFC 4648, 5) without padding. */
function encode(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decode(token: string): string {
  try {
    return atob(token.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    // Not even base64: read as empty, which the caller refuses like every other wrong token.
    return ''
  }
}

/**
 * A row's id, as failed documents are paged by: an integer of 64 bits.
 *
 * @throws PageTokenError
 */
export function checkRowId(text: string): string {
  if (!/^-?\d{1,19}$/.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text))
    throw new PageTokenError(text)
  return text
}
