import { describeIssue, toInputErrors } from '@ingestion-server/core'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { findDoubledKeys } from './find-doubled-keys.ts'
import {
  BodyTooLargeError,
  InvalidRequestError,
  MalformedJsonError,
  UnsupportedMediaTypeError,
} from './request-errors.ts'

/** The longest valid body has a few hundred bytes. */
export const maxBodyBytes = 64 * 1024

/** Refuses a body over 64 KiB, also one in chunks without a length. */
export const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new BodyTooLargeError(maxBodyBytes)
  },
})

/** The body as JSON. @throws UnsupportedMediaTypeError, MalformedJsonError, InvalidRequestError for a duplicate key */
export async function readJson(c: Context): Promise<unknown> {
  requireJson(c)
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength === 0) throw new MalformedJsonError('the body is empty; it must be a JSON object')
  return parseJson(bytes)
}

/**
 * Parses the body by a schema; an absent body counts as an empty object.
 *
 * @throws UnsupportedMediaTypeError, MalformedJsonError, InvalidRequestError with all violations
 */
export async function parseBody<Output>(c: Context, schema: z.ZodType<Output>): Promise<Output> {
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength > 0) requireJson(c)
  const parsed = schema.safeParse(bytes.byteLength === 0 ? {} : parseJson(bytes), { error: describeIssue })
  if (!parsed.success) throw new InvalidRequestError(parsed.error.issues.flatMap(toInputErrors))
  return parsed.data
}

/** A web page can't send this type to another origin without a preflight request. */
function requireJson(c: Context): void {
  const contentType = c.req.header('Content-Type')
  // Parameters such as charset are allowed and ignored: JSON is UTF-8 (RFC 8259, 8.1 and 11).
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new UnsupportedMediaTypeError(
      `the body must be sent with Content-Type: application/json, not ${contentType ?? 'without one'}`,
    )
  }
  const encoding = c.req.header('Content-Encoding')?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== 'identity') {
    throw new UnsupportedMediaTypeError('the body must be sent without Content-Encoding')
  }
}

function parseJson(bytes: ArrayBuffer): unknown {
  let text: string
  let parsed: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    parsed = JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message : 'it is not UTF-8'
    throw new MalformedJsonError(`the body is not JSON: ${reason}`, { cause })
  }
  const doubled = findDoubledKeys(text)
  if (doubled.length === 0) return parsed
  throw new InvalidRequestError(doubled.map((pointer) => ({ pointer, detail: 'is given more than once' })))
}
