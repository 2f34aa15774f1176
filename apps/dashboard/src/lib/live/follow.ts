/** A stream that fails this often in a row is abandoned: some proxies block streams. */
const maxStreamFailures = 3

/** Receives the messages of an event stream until the signal ends it. */
export function follow<Message>(
  url: string,
  signal: AbortSignal,
  { onMessage, onFailure }: { onMessage: (message: Message) => void; onFailure: () => void },
): void {
  // Its code may arrive after the page was hidden or left.
  if (signal.aborted) return
  const source = new EventSource(url)
  let failures = 0
  const close = () => source.close()
  signal.addEventListener('abort', close)
  source.onmessage = ({ data }: MessageEvent<string>) => {
    failures = 0
    // Endpoint of the same build: its shape is known.
    onMessage(JSON.parse(data) as Message)
  }
  source.onerror = () => {
    failures++
    // Permanently refused (for example, the session has ended), or failed several times in a row.
    if (source.readyState !== EventSource.CLOSED && failures < maxStreamFailures) return
    source.close()
    if (!signal.aborted) onFailure()
  }
}
