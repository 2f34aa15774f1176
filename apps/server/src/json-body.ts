import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { BodyTooLargeError, MalformedJsonError, UnsupportedMediaTypeError } from './request-errors.ts'

/** The longest valid body has some hundred bytes. */
export const maxBodyBytes = 64 * 1024

/** Refuses a body over 64 KiB, also one that comes in chunks without saying its length. */
export const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new BodyTooLargeError(maxBodyBytes)
  },
})

/** Refuses a body that isn't said to be JSON. A web page can't send that type elsewhere without being asked for it. */
export const requireJson = createMiddleware(async (c, next) => {
  const contentType = c.req.header('Content-Type')
  // Parameters such as charset are allowed and mean nothing: JSON is UTF-8 (RFC 8259, 8.1 and 11).
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new UnsupportedMediaTypeError(
      `the body must be sent with Content-Type: application/json, not ${contentType ?? 'without one'}`,
    )
  }
  const encoding = c.req.header('Content-Encoding')?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== 'identity') {
    throw new UnsupportedMediaTypeError('the body must be sent without Content-Encoding')
  }
  await next()
})

/** The body as JSON. @throws MalformedJsonError */
export async function readJson(c: Context): Promise<unknown> {
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength === 0) throw new MalformedJsonError('the body is empty; it must be a JSON object')
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return parsed
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message : 'it is not UTF-8'
    throw new MalformedJsonError(`the body is not JSON: ${reason}`, { cause })
  }
}
