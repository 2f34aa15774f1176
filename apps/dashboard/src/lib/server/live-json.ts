import { json } from '@sveltejs/kit'
import { knownPartsHeader, maxKnownParts, type Part } from '../live/parts.ts'
import { sha256 } from './sha256.ts'

/** A shorter object is no part of its own, characters of JSON. */
const minPartLength = 100

/**
 * The response of an endpoint that pages poll: 304 if nothing has changed since the one with the request's ETag, and
 * otherwise only the parts that the browser does not have. `poll` of src/lib/live puts them together.
 *
 * @example
 * export const GET: RequestHandler = async (event) => {
 *   const user = requireRole(event, 'viewer')
 *   return liveJson(event.request, await readIndices(user.name))
 * }
 */
export function liveJson(request: Request, value: unknown): Response {
  const tag = `"${hash(JSON.stringify(value))}"`
  const headers = { etag: tag }
  if (request.headers.get('if-none-match')?.replace(/^W\//, '') === tag)
    return new Response(null, { status: 304, headers })
  const known = new Set(request.headers.get(knownPartsHeader)?.split(' ').slice(0, maxKnownParts))
  return json(toParts(value, known), { headers })
}

function toParts(value: unknown, known: ReadonlySet<string>): unknown {
  if (Array.isArray(value))
    return value.map((each: unknown) => (isLong(each) ? toPart(each, known) : toParts(each, known)))
  if (typeof value !== 'object' || value === null) return value
  // A row or document with such a key looks like a part.
  if ('#' in value) return { '#': '', raw: value } satisfies Part
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toParts(each, known)]))
}

function toPart(value: unknown, known: ReadonlySet<string>): Part {
  const id = hash(JSON.stringify(value))
  return known.has(id) ? { '#': id } : { '#': id, v: toParts(value, known) }
}

const isLong = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  JSON.stringify(value).length >= minPartLength

const hash = (text: string) => sha256(text, 'base64url').slice(0, 12)
