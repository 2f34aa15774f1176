import { untrack } from 'svelte'
import type { FetchResult } from '../fetch-result.ts'
import { setServerTime } from './clock.svelte.ts'
import type { PollResult } from './poll.ts'

export interface LiveOptions<Value> {
  /** The data that the page was loaded with; a navigation sets a new value. */
  first: () => FetchResult<Value>
  /** URL of the same data, for polling. */
  url: () => string
  /** URL of the stream of the same data, if there is one now. */
  streamUrl?: (value: Value | null) => string | null
  /** Polling interval without a stream. */
  intervalMs: (value: Value | null) => number
}

/** Why the data may be out of date, besides an unavailable server. */
export type Connection = 'fresh' | 'unreachable' | 'signed_out'

/** Polling interval while the ingestion server is unavailable, in milliseconds. */
const unavailableIntervalMs = 2_000

/**
 * Keeps a page's data up to date while the tab is visible: by a stream if there is one, otherwise by polling. The last
 * data is kept when no more arrives. Call it during the initialization of a component.
 */
export function createLive<Value>(options: LiveOptions<Value>) {
  let value = $state.raw<Value | null>(options.first().value)
  let unavailableReason = $state<string | null>(options.first().unavailableReason)
  let connection = $state<Connection>('fresh')
  let reason = $state<string>()

  const take = (answer: FetchResult<Value>) => {
    if (answer.value !== null) value = answer.value
    unavailableReason = answer.unavailableReason
  }
  const onResult = (result: PollResult<FetchResult<Value>>) => {
    if (result.kind === 'value') take(result.value)
    connection = result.kind === 'value' || result.kind === 'unchanged' ? 'fresh' : result.kind
    reason = result.kind === 'unreachable' ? result.reason : undefined
  }

  let address = options.url()
  $effect.pre(() => {
    const answer = options.first()
    // Don't keep the values of another page.
    if (options.url() !== address) value = answer.value
    address = options.url()
    take(answer)
  })

  // Derived, so that a new value alone does not reconnect.
  const source = $derived(options.url())
  const stream = $derived(options.streamUrl?.(value) ?? null)
  $effect(() => {
    const [url, streamUrl] = [source, stream]
    const keepUpToDate = (signal: AbortSignal, isFirst: boolean) => {
      const startPolling = async (startsAtOnce: boolean) => {
        // Loaded after the page: a first poll comes seconds later.
        const { poll } = await import('./poll.ts')
        await poll<FetchResult<Value>>({
          url,
          fetch: (input, init) => fetch(input, init),
          intervalMs: () => (unavailableReason === null ? options.intervalMs(value) : unavailableIntervalMs),
          onResult,
          onTime: setServerTime,
          signal,
          startsAtOnce,
        })
      }
      const startStream = async (url: string) => {
        // Only the page of a task has a stream.
        const { follow } = await import('./follow.ts')
        follow<FetchResult<Value>>(url, signal, {
          onMessage: (answer) => onResult({ kind: 'value', value: answer }),
          onFailure: () => void startPolling(true),
        })
      }
      void (streamUrl === null ? startPolling(!isFirst) : startStream(streamUrl))
    }
    // Reading the initial value must not restart the effect.
    return untrack(() => whileVisible(keepUpToDate))
  })

  return {
    /** The last data; null: none yet. */
    get value() {
      return value
    },
    /** Why the ingestion server, or what the dashboard itself needs, is unavailable, as a sentence. */
    get unavailableReason() {
      return reason ?? unavailableReason
    },
    get connection() {
      return connection
    },
  }
}

/** Runs a function while the tab is visible, and again each time that it becomes visible. */
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
