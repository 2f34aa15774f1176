import { randomUUID } from 'node:crypto'
import { connectOpenSearch, type SearchClient } from '../../src/index.ts'
import { readDocumentedRole, startRightsProxy } from './rights-proxy.ts'

export interface LeastRole {
  /** Has the rights of docs/opensearch-role.json only. */
  search: SearchClient
  /** Applies the names that `models` has got since. */
  renew(): Promise<void>
  close(): Promise<void>
}

/**
 * The client that tasks of tests use, by TEST_OPENSEARCH_ROLE: null for all rights, with `least` a proxy that refuses
 * what the documented role does not allow, with `plugin` a user with that role in the security plugin of the OpenSearch.
 *
 * @param models may grow; `renew` applies that
 */
export async function connectAsLeastRole(
  openSearchUrl: string,
  models: readonly string[],
): Promise<LeastRole | null> {
  const mode = process.env['TEST_OPENSEARCH_ROLE']
  if (mode === 'least') return connectThroughProxy(openSearchUrl, models)
  return mode === 'plugin' ? connectAsUser(openSearchUrl, models) : null
}

async function connectThroughProxy(openSearchUrl: string, models: readonly string[]): Promise<LeastRole> {
  const proxy = await startRightsProxy(openSearchUrl, { models })
  const search = connectOpenSearch(proxy.url)
  return {
    search,
    // The proxy reads the names at each request.
    renew: async () => undefined,
    async close() {
      await search.close()
      await proxy.stop()
    },
  }
}

/** @param openSearchUrl with a user that may create roles and users */
async function connectAsUser(openSearchUrl: string, models: readonly string[]): Promise<LeastRole> {
  const admin = connectOpenSearch(openSearchUrl)
  const name = `least-${randomUUID()}`
  const password = randomUUID()
  const pathOf = (kind: 'roles' | 'internalusers') => `/_plugins/_security/api/${kind}/${name}`
  const putRole = async () => {
    const body = await readDocumentedRole(models)
    await admin.transport.request({ method: 'PUT', path: pathOf('roles'), body })
  }
  await putRole()
  const user = { password, opendistro_security_roles: [name] }
  await admin.transport.request({ method: 'PUT', path: pathOf('internalusers'), body: user })
  const url = new URL(openSearchUrl)
  url.username = name
  url.password = password
  const search = connectOpenSearch(url.href)
  return {
    search,
    renew: putRole,
    async close() {
      await search.close()
      await admin.transport.request({ method: 'DELETE', path: pathOf('internalusers') })
      await admin.transport.request({ method: 'DELETE', path: pathOf('roles') })
      await admin.close()
    },
  }
}
