import type { SearchClient } from '../../src/index.ts'

/** Replaces a call; `proceed` sends it. */
export type Interception = (
  call: string,
  proceed: () => Promise<unknown>,
  args: readonly unknown[],
) => Promise<unknown>

const namespaces = new Set<PropertyKey>(['indices', 'tasks', 'cluster', 'cat'])

/** A client whose calls, named like `indices.clone`, all pass through a function. */
export function interceptCalls(client: SearchClient, intercept: Interception): SearchClient {
  return wrap(client, '', intercept)
}

function wrap<T extends object>(target: T, prefix: string, intercept: Interception): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (namespaces.has(name) && typeof value === 'object' && value !== null) {
        return wrap(value, `${String(name)}.`, intercept)
      }
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const call = async () => Reflect.apply(value, target, args) as unknown
        // The client's promises can be aborted; a call that is held here ignores that, like one in flight.
        return Object.assign(intercept(`${prefix}${String(name)}`, call, args), { abort: () => undefined })
      }
    },
  })
}
