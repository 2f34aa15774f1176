import { unexpectedShape, type Answer } from './read-answer.ts'

// What came back is checked here. The server is trusted to keep to its contract; enough is looked at to notice
// that something else answered, and that nothing is read that isn't there.

/**
 * @param what what it should be, for the message
 * @param fields some of its fields, each with what it must hold
 * @throws InvalidResponseError
 */
export function readBody<Body>(
  answer: Answer,
  what: string,
  fields: Readonly<Partial<Record<keyof Body, 'string' | 'boolean' | 'array'>>>,
): Body {
  const { body } = answer
  const fits = Object.entries(fields).every(([name, kind]) => {
    const value = isRecord(body) ? body[name] : undefined
    return kind === 'array' ? Array.isArray(value) : typeof value === kind
  })
  if (!isRecord(body) || !fits) throw unexpectedShape(what, answer)
  return body as Body // as far as is looked at
}

/** A page of a list: its token decides whether there is a next one, so that is looked at too. */
export function readPage<Page extends { nextPageToken: string | null }>(
  answer: Answer,
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
