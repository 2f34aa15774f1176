/** One message of an event stream. */
export interface StreamMessage {
  /** Default `message`. */
  event: string
  data: string
  /** Of this message or the last one that had any; '' when none had. */
  id: string
}

/**
 * Reads text/event-stream (WHATWG HTML, section 9.2.6). Comments, which servers send as heartbeats, are ignored, and so
 * is `retry`, because the caller decides on delays. An incomplete message at the end of the stream is dropped, as the
 * standard requires: the server sends it again on a new connection.
 *
 * @param chunks bytes as they arrive, split anywhere, even within a character or between CR and LF
 */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamMessage, void, undefined> {
  const decoder = new TextDecoder() // drops a byte order mark
  let rest = ''
  let endedInCr = false
  let id = ''
  let event = ''
  let data: string[] = []

  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true })
    if (text === '') continue
    // The second half of a line end whose first half was already processed.
    if (endedInCr && text.startsWith('\n')) text = text.slice(1)
    endedInCr = text.endsWith('\r')

    const lines = (rest + text).split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id }
        event = ''
        data = []
        continue
      }
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
      if (field === 'data') data.push(value)
      else if (field === 'event') event = value
      else if (field === 'id' && !value.includes('\0')) id = value
    }
  }
}
