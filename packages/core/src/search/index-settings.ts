import type { Settings } from '../settings.ts'

/** Target size of a primary shard, bytes: OpenSearch's guidance for search is 10 to 30 GiB. */
const shardBytes = 20 * 1024 ** 3
/** Approximate bytes of a document on disk including its inverted index: measured on rows like the sample's. */
export const documentBytes = 1_200

/**
 * Settings of an index during the load: no refresh, no replicas, rare flushes, large merges. Durability stays
 * `request`: acknowledged writes must survive a crash of OpenSearch, because checkpoints rely on them.
 */
export const loadSettings = {
  refresh_interval: '-1',
  number_of_replicas: 0,
  'translog.flush_threshold_size': '1gb',
  'merge.policy.segments_per_tier': 30,
} as const

/** Settings of a finished index: OpenSearch's defaults and the requested replicas. */
export function finishedSettings(settings: Settings, dataNodes: number): Record<string, unknown> {
  return {
    'blocks.write': null,
    refresh_interval: null,
    number_of_replicas: chooseReplicas(settings, dataNodes),
    'translog.flush_threshold_size': null,
    'merge.policy.segments_per_tier': null,
  }
}

/** Number of replicas: one, if another node can hold it. */
export function chooseReplicas({ replicas }: Settings, dataNodes: number): number {
  return replicas ?? (dataNodes > 1 ? 1 : 0)
}

/** Number of primary shards: enough for the size, and at least one per data node, so that all of them work. */
export function chooseShards(settings: Settings, documents: number, dataNodes: number): number {
  if (settings.shards !== null) return settings.shards
  return Math.max(1, dataNodes, Math.ceil((documents * documentBytes) / shardBytes))
}
