import { watchSilence, type CallWatch } from '../watch-silence.ts'
import type { SearchClient } from './connect-opensearch.ts'

/** Calls that only read. Other calls are awaited, because their outcome would be unknown otherwise. */
const reading =
  /^(info|count|search|(cluster|cat)\.\w+|tasks\.(get|list)|indices\.(get\w*|exists\w*|analyze|stats|refresh|flush))$/

const namespaces = new Set<PropertyKey>(['indices', 'tasks', 'cluster', 'cat'])

interface Call extends Promise<unknown> {
  abort(): void
}

/**
 * Wraps a client so that its calls end when a signal aborts: no call starts afterwards, and read-only calls are no
 * longer awaited. The bulk writer ends bulk requests itself. A call without a response for a while is reported; it
 * fails after the client's own timeout.
 *
 * @param limitMs the client's timeout
 */
export function tieSearch(client: SearchClient, watch: CallWatch & { limitMs: number }): SearchClient {
  return wrap(client, '', watch)
}

function wrap<T extends object>(target: T, prefix: string, watch: CallWatch & { limitMs: number }): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (namespaces.has(name) && typeof value === 'object' && value !== null) {
        return wrap(value, `${String(name)}.`, watch)
      }
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        watch.signal?.throwIfAborted()
        return tieCall(`${prefix}${String(name)}`, Reflect.apply(value, target, args), watch)
      }
    },
  })
}

function tieCall(name: string, call: unknown, watch: CallWatch & { limitMs: number }): unknown {
  if (!isCall(call)) return call
  const { signal, limitMs } = watch
  const stopWatch = watchSilence(watch, { what: `OpenSearch (${name})`, limitMs })
  const abort = () => void call.abort()
  if (reading.test(name)) signal?.addEventListener('abort', abort, { once: true })
  const end = () => {
    stopWatch()
    signal?.removeEventListener('abort', abort)
  }
  call.then(end, end)
  return call
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'then' in value && 'abort' in value
}
