import type { Problem } from '@ingestion-server/core/contract'
import { camelCaseKeys } from '../camel-case.ts'
import { InvalidResponseError, toApiError } from '../errors/index.ts'
import { parseRetryAfter } from './retry-after.ts'

const excerptLength = 200

/** A successful response: its JSON with camelCase keys, and its Retry-After. */
export interface ApiResponse {
  body: unknown
  /** The same JSON with the keys of the wire, for values whose keys are data. */
  wire: unknown
  status: number
  retryAfterMs: number | undefined
  /** The start of its text, without secrets, for messages. */
  excerpt(): string
}

export interface ResponseContext {
  /** Method and address, for messages. */
  what: string
  /** Milliseconds since the epoch. */
  now: number
  /** Removes secrets from text for a message. */
  redact(text: string): string
}

/** @throws IngestionApiError for a problem document, InvalidResponseError for any other response */
export function readResponse(
  response: Response,
  text: string,
  { what, now, redact }: ResponseContext,
): ApiResponse {
  const { status, headers } = response
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now)
  // Secrets are removed before the text is cut: a cut secret would not be found.
  const excerpt = () => redact(text).replace(/\s+/g, ' ').trim().slice(0, excerptLength)
  const body = parseJson(text)
  if (response.ok && body !== undefined)
    return { body: camelCaseKeys(body), wire: body, status, retryAfterMs, excerpt }

  if (!response.ok && isProblem(body)) {
    const requestId = body.request_id ?? headers.get('x-request-id') ?? undefined
    throw toApiError({ message: redact(body.detail), status, problem: body, requestId, retryAfterMs })
  }
  throw new InvalidResponseError(
    `${what} was answered with ${describeResponse(response, redact)}, not by the API of an ingestion server; ` +
      `check baseUrl. The response starts: ${excerpt()}`,
    { status, excerpt: excerpt(), retryAfterMs },
  )
}

/** For a successful response with JSON of another shape: another service is at this address. */
export function unexpectedShape(what: string, { status, excerpt }: ApiResponse): InvalidResponseError {
  return new InvalidResponseError(
    `the response contains no ${what}; check that baseUrl is that of an ingestion server. It starts: ${excerpt()}`,
    { status, excerpt: excerpt() },
  )
}

function describeResponse({ status, headers }: Response, redact: (text: string) => string): string {
  const location = headers.get('location')
  // Browsers hide a redirect's status and show 0.
  if (status === 0 || location !== null) {
    return `a redirect${location === null ? '' : ` to ${redact(location)}`}`
  }
  return `status ${status} and ${headers.get('content-type') ?? 'no content type'}`
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false
  const { code, title, detail, errors = [] } = body as Partial<Record<keyof Problem, unknown>> // all are checked here
  return [code, title, detail].every((field) => typeof field === 'string') && Array.isArray(errors)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON text parses to undefined, so it means "not JSON"
  }
}
