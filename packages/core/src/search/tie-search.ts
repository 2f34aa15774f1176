import { watchSilence, type CallWatch } from '../watch-silence.ts'
import type { SearchClient } from './connect-opensearch.ts'

/** Calls that change nothing. What became of any other that is not waited for would be unknown. */
const reading =
  /^(info|count|search|(cluster|cat)\.\w+|tasks\.(get|list)|indices\.(get\w*|exists\w*|analyze|stats|refresh|flush))$/

const namespaces = new Set<PropertyKey>(['indices', 'tasks', 'cluster', 'cat'])

interface Call extends Promise<unknown> {
  abort(): void
}

/**
 * The same client, whose calls end with a signal: none begins after it, and those that only read are not waited for any
 * more. Bulk requests end with it too, by the bulk writer. A call that OpenSearch does not answer for a while is
 * reported; it is given up when the client's own timeout is over.
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
