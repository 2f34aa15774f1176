import type { TaskSort } from '../contract/index.ts'
import { IngestionError } from '../errors.ts'
import { isTaskId } from './task-id.ts'
import { notFinished } from './task-place.ts'

/** A page token that no response contained. */
export class PageTokenError extends IngestionError {
  override readonly name = 'PageTokenError'
  readonly code = 'page_token'
  constructor(token: string) {
    super(`"${token}" is not a valid page token; start again from the first page`)
  }
}

/** The end of a page of tasks: its last task. */
export interface PageEnd {
  sort: TaskSort
  /** Where the task is in that order, see placeOf. */
  place: string
  id: string
  /** The time of the first page, ISO 8601 in UTC; only for `longest`. */
  at: string | null
}

export function toPageToken({ sort, place, id, at }: PageEnd): string {
  // Earlier releases have only the newest, without its name.
  const parts =
    sort === 'newest' ? [place, id] : sort === 'longest' ? [sort, at, place, id] : [sort, place, id]
  return encode(parts.join(' '))
}

/** @throws PageTokenError, also for a token of another order */
export function fromPageToken(token: string, sort: TaskSort): PageEnd {
  const parts = decode(token).split(' ')
  if (sort !== 'newest' && parts.shift() !== sort) throw new PageTokenError(token)
  const at = sort === 'longest' ? (parts.shift() ?? '') : null
  const [place = '', id = '', ...rest] = parts
  const isPlace = sort === 'longest' ? /^\d{1,17}$/.test(place) : isPlaceInTime(sort, place)
  if (!isPlace || !isTaskId(id) || rest.length > 0 || (at !== null && !isInstant(at)))
    throw new PageTokenError(token)
  return { sort, place, id, at }
}

function isPlaceInTime(sort: TaskSort, place: string): boolean {
  return isInstant(place) || (sort === 'recently_finished' && place === notFinished)
}

/** ISO 8601 in UTC; a day such as 30 February is none. */
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(text)) return false
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19)
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

export function toMoveToken(id: number): string {
  return encode(`move ${id}`)
}

/** The id of the last move of a page. @throws PageTokenError */
export function fromMoveToken(token: string): number {
  const [, id] = /^move (\d{1,15})$/.exec(decode(token)) ?? []
  if (id === undefined) throw new PageTokenError(token)
  return Number(id)
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
