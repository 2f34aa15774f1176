import { errors } from '@opensearch-project/opensearch'

/** A response that was requested as a stream. */
export type TextResponse = Omit<ConstructorParameters<typeof errors.ResponseError>[0], 'body'> & {
  body: AsyncIterable<Uint8Array>
}

/** The text of a streamed response. @throws ResponseError for an error status, as the client does for other responses */
export async function readText(response: TextResponse): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true })
  text += decoder.decode()
  if ((response.statusCode ?? 0) >= 400) throw new errors.ResponseError({ ...response, body: parse(text) })
  return text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
