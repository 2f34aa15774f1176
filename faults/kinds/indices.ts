import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '@ingestion-server/local-services'
import type { SearchClient } from '@ingestion-server/core'
import type { FaultKind, OngoingFault } from './fault-kind.ts'

/** A task creates its index some calls after its start. */
const longestWaitMs = 3_000
const pollMs = 20

/** Waits until one of the indices exists, for a bounded time. */
async function waitForIndex(search: SearchClient, indices: readonly string[]): Promise<void> {
  const giveUpAt = Date.now() + longestWaitMs
  while (Date.now() < giveUpAt) {
    for (const index of indices) if ((await search.indices.exists({ index })).body) return
    await delay(pollMs)
  }
}

/** Changes settings of the existing ones of some indices. @returns their number */
async function putSettings(
  search: SearchClient,
  indices: readonly string[],
  settings: Record<string, unknown>,
): Promise<number> {
  let changed = 0
  for (const index of indices) {
    const { statusCode } = await search.indices.putSettings({ index, body: settings }, { ignore: [404] })
    if (statusCode === 200) changed++
  }
  return changed
}

async function putClusterSettings(search: SearchClient, settings: Record<string, unknown>): Promise<void> {
  await search.cluster.putSettings({ body: { persistent: settings } })
}

/** A block that lasts for a time, on all indices of the round. */
function blockKind(name: string, blocks: readonly string[], needs: FaultKind['needs']): FaultKind {
  return {
    name,
    needs,
    // An index with a block that the task did not set is not the one that was verified.
    codes: ['index_changed', 'index_differs', 'index_unhealthy'],
    draw(random: Random) {
      const block = random.pick(blocks)
      return {
        description: block,
        async begin({ search }, { indices }): Promise<OngoingFault> {
          const setting = `index.blocks.${block}`
          await waitForIndex(search, indices)
          const blocked = await putSettings(search, indices, { [setting]: true })
          return {
            effects: () => blocked,
            end: async () => void (await putSettings(search, indices, { [setting]: null })),
          }
        },
      }
    },
  }
}

/** Changes that operators, and OpenSearch itself, make to indices while tasks work on them. */
export const indexKinds: readonly FaultKind[] = [
  blockKind('index: block', ['write', 'read_only', 'read_only_allow_delete', 'read'], []),
  // While one index has it, no client can list the aliases or indices of the cluster: other suites could not work.
  blockKind('index: metadata block', ['metadata'], ['own OpenSearch']),
  {
    name: 'index: closed',
    needs: [],
    codes: ['index_closed', 'index_changed', 'index_unhealthy', 'index_not_found'],
    draw: () => ({
      description: '',
      async begin({ search }, { indices }) {
        await waitForIndex(search, indices)
        let closed = 0
        for (const index of indices) {
          const { statusCode } = await search.indices.close({ index }, { ignore: [404, 400] })
          if (statusCode === 200) closed++
        }
        return {
          effects: () => closed,
          async end() {
            for (const index of indices) await search.indices.open({ index }, { ignore: [404] })
          },
        }
      },
    }),
  },
  {
    name: 'cluster: read-only',
    needs: ['own OpenSearch'],
    draw(random: Random) {
      const block = random.pick(['read_only', 'read_only_allow_delete', 'create_index'])
      return {
        description: block,
        async begin({ search }) {
          await putClusterSettings(search, { [`cluster.blocks.${block}`]: true })
          return {
            effects: () => 1,
            end: () => putClusterSettings(search, { [`cluster.blocks.${block}`]: null }),
          }
        },
      }
    },
  },
]
