import { unexpectedShape, type ApiResponse } from './read-response.ts'

// Checks responses. The server is trusted to follow its contract; these checks detect that another service
// responded, and that a field that is read is missing.

/**
 * @param what name of the expected value, for the message
 * @param fields some of its fields, each with what it must hold
 * @throws InvalidResponseError
 */
export function readBody<Body>(
  answer: ApiResponse,
  what: string,
  fields: Readonly<Partial<Record<keyof Body, 'string' | 'boolean' | 'array'>>>,
): Body {
  const { body } = answer
  const fits = Object.entries(fields).every(([name, kind]) => {
    const value = isRecord(body) ? body[name] : undefined
    return kind === 'array' ? Array.isArray(value) : typeof value === kind
  })
  if (!isRecord(body) || !fits) throw unexpectedShape(what, answer)
  return body as Body // as far as it is checked
}

/** A page of a list. Its token is checked too, because it decides whether there is a next page. */
export function readPage<Page extends { nextPageToken: string | null }>(
  answer: ApiResponse,
  items: keyof Page & string,
): Page {
  const page = readBody<Page>(answer, `page of ${items}`, { [items]: 'array' } as Partial<
    Record<keyof Page, 'array'>
  >) // a computed key is any string to the compiler
  const { nextPageToken } = page
  if (nextPageToken !== null && typeof nextPageToken !== 'string')
    throw unexpectedShape(`page of ${items}`, answer)
  return page
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
