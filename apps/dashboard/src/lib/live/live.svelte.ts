import { untrack } from 'svelte'
import type { Answer } from '../answer.ts'
import { poll, type Look } from './poll.ts'

export interface LiveOptions<Value> {
  /** What the page was loaded with; a navigation brings a new one. */
  first: () => Answer<Value>
  /** Where to ask for the same again. */
  url: () => string
  /** Where the server sends it by itself, if it does so now. */
  streamUrl?: (value: Value | null) => string | null
  /** How often to ask, where nothing is sent. */
  intervalMs: (value: Value | null) => number
}

/** Why what is shown may be old, beside the server being away. */
export type Connection = 'fresh' | 'unreachable' | 'signed_out'

/** A stream that fails so often in a row is given up: some proxies don't let any through. */
const maxStreamFailures = 3

/** How soon it is seen that the ingestion server is back, in milliseconds. */
const awayIntervalMs = 2_000

/**
 * Keeps what a page shows up to date while the tab is visible: by a stream where there is one, else by asking. What
 * was seen last stays when nothing more comes. Call it while a component is made.
 */
export function createLive<Value>(options: LiveOptions<Value>) {
  let value = $state.raw<Value | null>(options.first().value)
  let away = $state<string | null>(options.first().away)
  let connection = $state<Connection>('fresh')

  const take = (answer: Answer<Value>) => {
    if (answer.value !== null) value = answer.value
    away = answer.away
  }
  const onLook = (look: Look<Answer<Value>>) => {
    if (look.kind === 'value') take(look.value)
    connection = look.kind === 'value' ? 'fresh' : look.kind
  }

  let address = options.url()
  $effect.pre(() => {
    const answer = options.first()
    // Another page's values are not "what was there".
    if (options.url() !== address) value = answer.value
    address = options.url()
    take(answer)
  })

  // Derived, so that a new value alone doesn't make it connect anew.
  const source = $derived(options.url())
  const stream = $derived(options.streamUrl?.(value) ?? null)
  $effect(() => {
    const [url, streamUrl] = [source, stream]
    const keepUpToDate = (signal: AbortSignal, isFirst: boolean) => {
      const ask = (startsAtOnce: boolean) =>
        void poll<Answer<Value>>({
          url,
          fetch: (input, init) => fetch(input, init),
          intervalMs: () => (away === null ? options.intervalMs(value) : awayIntervalMs),
          onLook,
          signal,
          startsAtOnce,
        })
      if (streamUrl === null) return ask(!isFirst)
      follow<Answer<Value>>(streamUrl, signal, {
        onMessage: (answer) => onLook({ kind: 'value', value: answer }),
        onFailure: () => ask(true),
      })
    }
    // What it reads of the value to begin with must not make it begin again.
    return untrack(() => whileVisible(keepUpToDate))
  })

  return {
    /** What was seen last; null: nothing yet. */
    get value() {
      return value
    },
    /** Why the ingestion server can't be asked, as a sentence. */
    get away() {
      return away
    },
    get connection() {
      return connection
    },
  }
}

/** Runs something while the tab can be seen, and anew each time that it can be seen again. */
function whileVisible(run: (signal: AbortSignal, isFirst: boolean) => void): () => void {
  let controller: AbortController | null = null
  let isFirst = true
  const update = () => {
    if (document.hidden) {
      controller?.abort()
      controller = null
    } else if (controller === null) {
      controller = new AbortController()
      run(controller.signal, isFirst)
      isFirst = false
    }
  }
  update()
  document.addEventListener('visibilitychange', update)
  return () => {
    document.removeEventListener('visibilitychange', update)
    controller?.abort()
  }
}

function follow<Message>(
  url: string,
  signal: AbortSignal,
  { onMessage, onFailure }: { onMessage: (message: Message) => void; onFailure: () => void },
): void {
  const source = new EventSource(url)
  let failures = 0
  const close = () => source.close()
  signal.addEventListener('abort', close)
  source.onmessage = ({ data }: MessageEvent<string>) => {
    failures = 0
    // Our own endpoint, of the same build: its shape is known.
    onMessage(JSON.parse(data) as Message)
  }
  source.onerror = () => {
    failures++
    // Refused for good (the session is over, for example), or again and again.
    if (source.readyState !== EventSource.CLOSED && failures < maxStreamFailures) return
    source.close()
    if (!signal.aborted) onFailure()
  }
}
