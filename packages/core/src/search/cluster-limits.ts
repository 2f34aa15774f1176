import { z } from 'zod'
import type { SearchClient } from './connect-opensearch.ts'
import { parseAnswer } from './parse-answer.ts'

/** Settings of a cluster by their full names, as they count now: transient before persistent before the defaults. */
export type ClusterSettings = Readonly<Record<string, string>>

const values = z.record(z.string(), z.unknown())
const settingsSchema = z.object({ persistent: values, transient: values, defaults: values })

export async function readClusterSettings(client: SearchClient): Promise<ClusterSettings> {
  const { body } = await client.cluster.getSettings({ include_defaults: true, flat_settings: true })
  const { persistent, transient, defaults } = parseAnswer(settingsSchema, body, 'GET _cluster/settings')
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

/** Shards of all open indices, replicas included, wherever they are, and the nodes that can hold some. */
export async function countShards(client: SearchClient): Promise<{ shards: number; dataNodes: number }> {
  const { body } = await client.cluster.health({ expand_wildcards: 'open' })
  const health = parseAnswer(healthSchema, body, 'GET _cluster/health')
  return {
    shards: health.active_shards + health.initializing_shards + health.unassigned_shards,
    dataNodes: health.number_of_data_nodes,
  }
}

/** Shards that are on a node now, those of closed indices too: a limit for each node counts them all. */
export async function countPlacedShards(client: SearchClient): Promise<number> {
  const { body } = await client.cluster.health({ expand_wildcards: 'all' })
  const health = parseAnswer(healthSchema, body, 'GET _cluster/health')
  return health.active_shards + health.initializing_shards
}

const bytes = z.string().transform(Number).nullish()
const allocationSchema = z.array(z.object({ node: z.string(), 'disk.avail': bytes, 'disk.total': bytes }))

export interface NodeDisk {
  /** Bytes. */
  free: number
  total: number
}

/** Disk of each data node; one that doesn't say is left out. */
export async function readDisks(client: SearchClient): Promise<NodeDisk[]> {
  const { body } = await client.cat.allocation({
    format: 'json',
    bytes: 'b',
    h: ['node', 'disk.avail', 'disk.total'],
  })
  return parseAnswer(allocationSchema, body, 'GET _cat/allocation').flatMap((row) => {
    const [free, total] = [row['disk.avail'] ?? null, row['disk.total'] ?? null]
    return free === null || total === null ? [] : [{ free, total }]
  })
}

/** Whether a cluster has a block of its own, such as `create_index` or `read_only`; their names. */
export function listClusterBlocks(settings: ClusterSettings): string[] {
  return ['create_index', 'read_only', 'read_only_allow_delete'].filter(
    (block) => settings[`cluster.blocks.${block}`] === 'true',
  )
}

/**
 * Bytes that a node must keep free for a watermark: of the disk's total for a percentage or ratio, which say how much
 * may be used; as it stands for a number of bytes, which says how much must be left.
 *
 * @returns null for what can't be read
 */
export function watermarkBytes(watermark: string, total: number): number | null {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(watermark)?.[1]
  if (percent !== undefined) return total * (1 - Number(percent) / 100)
  if (/^0?\.\d+$|^1(\.0+)?$/.test(watermark)) return total * (1 - Number(watermark))
  const size = /^(\d+(?:\.\d+)?)(b|kb|mb|gb|tb|pb)$/i.exec(watermark)
  const power = ['b', 'kb', 'mb', 'gb', 'tb', 'pb'].indexOf((size?.[2] ?? '').toLowerCase())
  return size ? Number(size[1]) * 1024 ** power : null
}
