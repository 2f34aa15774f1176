import { readFile } from 'node:fs/promises'
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { listen } from '@ingestion-server/local-services/listen'
import { listNeededRights, type NeededRight } from './search-actions.ts'

export interface Role {
  cluster_permissions: string[]
  index_permissions: { index_patterns: string[]; allowed_actions: string[] }[]
}

export interface RightsProxy {
  url: string
  /** Refused actions so far. */
  refused(): string[]
  stop(): Promise<void>
}

/** The role of the docs. */
const roleFile = resolve(import.meta.dirname, '../../../../docs/opensearch-role.json')

const readRole = async () => JSON.parse(await readFile(roleFile, 'utf8')) as Role

/** The documented role, with the rights on `image` for other models too. */
export async function readDocumentedRole(models: readonly string[]): Promise<Role> {
  return forModels(await readRole(), models)
}

function forModels(role: Role, models: readonly string[]): Role {
  const patternsOf = (pattern: string) => models.map((model) => pattern.replace(/^image/, model))
  return {
    ...role,
    index_permissions: role.index_permissions.map((permission) => ({
      ...permission,
      index_patterns: [...new Set(permission.index_patterns.flatMap(patternsOf))],
    })),
  }
}

/**
 * A proxy in front of an OpenSearch that responds with 403 to everything that the documented role does not allow, like
 * the security plugin.
 *
 * @param options.models have the rights that the role grants for `image`
 * @param options.without actions of the role that are refused nevertheless
 */
export async function startRightsProxy(
  target: string,
  options: { models: readonly string[]; without?: readonly string[] },
): Promise<RightsProxy> {
  const { models, without = [] } = options
  const documented = await readRole()
  const refused: string[] = []

  function isAllowed({ action, indices }: NeededRight): boolean {
    if (without.includes(action)) return false
    const role = forModels(documented, models)
    if (!indices) return role.cluster_permissions.includes(action)
    return indices.every((name) =>
      role.index_permissions.some(
        ({ index_patterns, allowed_actions }) =>
          allowed_actions.includes(action) && index_patterns.some((pattern) => fits(pattern, name)),
      ),
    )
  }
  const fits = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

  const server = createServer((incoming, toClient) => {
    void pass(incoming, toClient).catch(() => toClient.destroy())
  })
  async function pass(incoming: IncomingMessage, toClient: ServerResponse): Promise<void> {
    const sent = await buffer(incoming)
    const path = new URL(incoming.url ?? '/', target).pathname
    const text = path.endsWith('_bulk') ? '' : bodyOf(incoming, sent)
    const missing = listNeededRights(`${incoming.method} ${path}`, text).find((right) => !isAllowed(right))
    if (missing) {
      refused.push(missing.action)
      const reason = `no permissions for [${missing.action}] and User [name=ingestion]`
      const error = { type: 'security_exception', reason }
      toClient.writeHead(403, { 'Content-Type': 'application/json; charset=UTF-8' })
      toClient.end(JSON.stringify({ error: { root_cause: [error], ...error }, status: 403 }))
      return
    }
    const url = new URL(incoming.url ?? '/', target)
    const outgoing = sendRequest(url, {
      method: incoming.method,
      headers: { ...incoming.headers, host: url.host },
    })
    outgoing.on('response', (response) => {
      toClient.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(toClient)
    })
    outgoing.on('error', () => toClient.destroy())
    outgoing.end(sent)
  }

  const { url, close } = await listen(server)
  return { url, refused: () => refused, stop: close }
}

function bodyOf({ headers }: IncomingMessage, sent: Buffer): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString()
}
