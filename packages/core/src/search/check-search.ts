import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { classifySearchError, isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'

/**
 * Checks that OpenSearch is usable: it has a cluster manager and knows the state of the models' indices. Needs only the
 * rights that tasks need, and none on the cluster.
 *
 * @param models names of the models
 * @throws SearchUnavailableError, SearchRefusedError when a right is missing
 */
export async function checkSearch(
  client: SearchClient,
  models: readonly string[],
  requestTimeoutMs: number,
): Promise<void> {
  try {
    // One alias by name: a small response in any cluster, served from the cluster manager's state.
    const response = await client.indices.getAlias(
      { index: models.map((name) => `${name}-*`), name: [...models], expand_wildcards: ['all'] },
      { ignore: [404], requestTimeout: requestTimeoutMs },
    )
    if (typeof response.body !== 'object') {
      throw new SearchUnavailableError('the response is not from OpenSearch; check OPENSEARCH_URL')
    }
  } catch (error) {
    if (isForbidden(error)) {
      throw new SearchRefusedError(
        `OPENSEARCH_URL's user has no right to the indices of ${models.join(', ')}; see docs/how-to/opensearch-role.md`,
        { cause: error },
      )
    }
    throw classifySearchError(error) ?? error
  }
}
