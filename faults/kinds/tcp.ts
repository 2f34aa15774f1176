import type { Random } from '@ingestion-server/local-services'
import type { TcpFault } from '../proxies/tcp-fault-proxy.ts'
import type { FaultKind } from './fault-kind.ts'

const faults: Record<string, (random: Random) => TcpFault> = {
  delay: (random) => ({ kind: 'delay', ms: random.integer(50, 600) }),
  cut: () => ({ kind: 'cut' }),
  refuse: () => ({ kind: 'refuse' }),
  'black hole': (random) => ({ kind: 'black hole', ends: random.pick(['late', 'reset'] as const) }),
  'half response': () => ({ kind: 'half response' }),
  'half open': () => ({ kind: 'half open' }),
  bandwidth: (random) => ({ kind: 'bandwidth', bytesPerSecond: random.integer(5_000, 60_000) }),
}

/** Faults of the network between the processes and one of their services. */
export const tcpKinds: readonly FaultKind[] = (['postgres', 'opensearch'] as const).flatMap((service) =>
  Object.entries(faults).map(([name, drawFault]) => ({
    name: `tcp ${service}: ${name}`,
    needs: [],
    draw(random: Random) {
      const fault = drawFault(random)
      return {
        description: JSON.stringify(fault),
        async begin({ network }) {
          const proxy = network[service]
          const before = proxy.effects()
          await proxy.begin(fault)
          return { effects: () => proxy.effects() - before, end: () => proxy.end() }
        },
      }
    },
  })),
)
