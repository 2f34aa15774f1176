import { z } from 'zod'
import type { SearchClient } from './connect-opensearch.ts'
import { parseResponse } from './parse-response.ts'

/** Cluster settings by full name with their effective values: transient before persistent before defaults. */
export type ClusterSettings = Readonly<Record<string, string>>

const values = z.record(z.string(), z.unknown())
const settingsSchema = z.object({ persistent: values, transient: values, defaults: values })

export async function readClusterSettings(client: SearchClient): Promise<ClusterSettings> {
  const { body } = await client.cluster.getSettings({ include_defaults: true, flat_settings: true })
  const { persistent, transient, defaults } = parseResponse(settingsSchema, body, 'GET _cluster/settings')
  return Object.fromEntries(
    Object.entries({ ...defaults, ...persistent, ...transient }).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

const healthSchema = z.object({
  number_of_data_nodes: z.int(),
  active_shards: z.int(),
  initializing_shards: z.int(),
  unassigned_shards: z.int(),
})

/** Shards of all open indices, including replicas and unassigned ones, and the number of data nodes. */
export async function countShards(client: SearchClient): Promise<{ shards: number; dataNodes: number }> {
  const { body } = await client.cluster.health({ expand_wildcards: 'open' })
  const health = parseResponse(healthSchema, body, 'GET _cluster/health')
  return {
    shards: health.active_shards + health.initializing_shards + health.unassigned_shards,
    dataNodes: health.number_of_data_nodes,
  }
}

/** Shards that are assigned to a node, including those of closed indices: a per-node limit counts them all. */
export async function countPlacedShards(client: SearchClient): Promise<number> {
  const { body } = await client.cluster.health({ expand_wildcards: 'all' })
  const health = parseResponse(healthSchema, body, 'GET _cluster/health')
  return health.active_shards + health.initializing_shards
}

const bytes = z.string().transform(Number).nullish()
const allocationSchema = z.array(z.object({ node: z.string(), 'disk.avail': bytes, 'disk.total': bytes }))

export interface NodeDisk {
  /** Bytes. */
  free: number
  total: number
}

/** Disk of each data node; nodes that don't report it are omitted. */
export async function readDisks(client: SearchClient): Promise<NodeDisk[]> {
  const { body } = await client.cat.allocation({
    format: 'json',
    bytes: 'b',
    h: ['node', 'disk.avail', 'disk.total'],
  })
  return parseResponse(allocationSchema, body, 'GET _cat/allocation').flatMap((row) => {
    const [free, total] = [row['disk.avail'] ?? null, row['disk.total'] ?? null]
    return free === null || total === null ? [] : [{ free, total }]
  })
}

/** Names of the blocks on the cluster itself, such as `create_index` or `read_only`. */
export function listClusterBlocks(settings: ClusterSettings): string[] {
  return ['create_index', 'read_only', 'read_only_allow_delete'].filter(
    (block) => settings[`cluster.blocks.${block}`] === 'true',
  )
}

/**
 * Bytes that a node must keep free for a watermark. A percentage or ratio is the share of the disk that may be used; a
 * number of bytes is what must stay free.
 *
 * @returns null for an unreadable value
 */
export function watermarkBytes(watermark: string, total: number): number | null {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(watermark)?.[1]
  if (percent !== undefined) return total * (1 - Number(percent) / 100)
  if (/^0?\.\d+$|^1(\.0+)?$/.test(watermark)) return total * (1 - Number(watermark))
  const size = /^(\d+(?:\.\d+)?)(b|kb|mb|gb|tb|pb)$/i.exec(watermark)
  const power = ['b', 'kb', 'mb', 'gb', 'tb', 'pb'].indexOf((size?.[2] ?? '').toLowerCase())
  return size ? Number(size[1]) * 1024 ** power : null
}
