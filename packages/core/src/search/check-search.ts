import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { classifySearchError, isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'

/**
 * Whether OpenSearch can be worked with: it has a cluster manager and knows the state of the models' indices. Needs the
 * rights that tasks need, and none to the cluster.
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
    // One alias by name: small whatever there is, and answered from the state of the cluster manager.
    const response = await client.indices.getAlias(
      { index: models.map((name) => `${name}-*`), name: [...models], expand_wildcards: ['all'] },
      { ignore: [404], requestTimeout: requestTimeoutMs },
    )
    if (typeof response.body !== 'object') {
      throw new SearchUnavailableError('the answer is not one of OpenSearch; check OPENSEARCH_URL')
    }
  } catch (error) {
    if (isForbidden(error)) {
      throw new SearchRefusedError(
        `OPENSEARCH_URL's user has no right to the indices of ${models.join(', ')}; see docs/opensearch-role.md`,
        { cause: error },
      )
    }
    throw classifySearchError(error) ?? error
  }
}
