import { isTransient, searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { errorCauseOf } from './describe-search-error.ts'

/** A call, and the right that OpenSearch's security plugin requires for it. */
interface Probe {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path for a missing index: OpenSearch checks the right before the index. */
  path(index: string): string
  body?(index: string): object
  right: string
}

/** Required by every task. Optional rights (docs/how-to/opensearch-role.md) are not among them. */
const common: readonly Probe[] = [
  {
    method: 'PUT',
    path: (index) => `/${index}`,
    // An index can't have zero shards, so this creates none even with the right.
    body: () => ({ settings: { number_of_shards: 0 } }),
    right: 'indices:admin/create',
  },
  { method: 'DELETE', path: (index) => `/${index}`, right: 'indices:admin/delete' },
  { method: 'GET', path: (index) => `/${index}`, right: 'indices:admin/get' },
  {
    method: 'PUT',
    path: (index) => `/${index}/_settings`,
    body: () => ({ index: { refresh_interval: '1s' } }),
    right: 'indices:admin/settings/update',
  },
  { method: 'PUT', path: (index) => `/${index}/_block/write`, right: 'indices:admin/block/add' },
  {
    method: 'POST',
    path: () => '/_aliases',
    body: (index) => ({ actions: [{ remove: { index, alias: `${index}-none` } }] }),
    right: 'indices:admin/aliases',
  },
  { method: 'GET', path: (index) => `/${index}/_search`, right: 'indices:data/read/search' },
  { method: 'POST', path: (index) => `/${index}/_refresh`, right: 'indices:admin/refresh' },
  { method: 'POST', path: (index) => `/${index}/_flush`, right: 'indices:admin/flush' },
]

/** Additionally required for filtering an index. */
const filtering: readonly Probe[] = [
  { method: 'PUT', path: (index) => `/${index}/_clone/${index}-clone`, right: 'indices:admin/resize' },
  {
    method: 'POST',
    path: (index) => `/${index}/_delete_by_query`,
    body: () => ({ query: { match_none: {} } }),
    right: 'indices:data/write/delete/byquery',
  },
  { method: 'GET', path: () => '/_tasks/none:1', right: 'cluster:monitor/task/get' },
]

export interface MissingRight {
  call: string
  right: string
}

/**
 * Finds the calls that this client may not make. Changes nothing.
 *
 * @param index a name of no existing index, among those that the rights are needed for
 */
export async function findMissingRights(
  client: SearchClient,
  index: string,
  options: { filters: boolean },
): Promise<MissingRight[]> {
  const probes = options.filters ? [...common, ...filtering] : common
  const results = await Promise.all(
    probes.map(async ({ method, path, body, right }) => {
      try {
        await client.transport.request({ method, path: path(index), ...(body && { body: body(index) }) })
        return []
      } catch (error) {
        const status = searchStatus(error)
        if (status === null) throw error
        // A block has status 403 too, but is transient.
        const isForbidden =
          status === 403 && !isTransient(status, errorCauseOf((error as { body?: unknown }).body))
        return isForbidden ? [{ call: `${method} ${path(index)}`, right }] : []
      }
    }),
  )
  return results.flat()
}
