import type { Settings } from '../settings.ts'

/** Bytes of a primary shard that an index aims at: OpenSearch's guidance for search is 10 to 30 GiB. */
const shardBytes = 20 * 1024 ** 3
/** Bytes of a document on disk, about, with its inverted index: measured on rows like the sample's. */
export const documentBytes = 1_200

/**
 * Settings of an index while it is filled: never refreshed, no replicas, rarely flushed, merged wide. Durability
 * stays `request`: what was acknowledged survives a crash of OpenSearch, else a checkpoint would lie.
 */
export const loadSettings = {
  refresh_interval: '-1',
  number_of_replicas: 0,
  'translog.flush_threshold_size': '1gb',
  'merge.policy.segments_per_tier': 30,
} as const

/** Settings of a finished index: the defaults of OpenSearch again, and the replicas asked for. */
export function finishedSettings(settings: Settings, dataNodes: number): Record<string, unknown> {
  return {
    'blocks.write': null,
    refresh_interval: null,
    number_of_replicas: chooseReplicas(settings, dataNodes),
    'translog.flush_threshold_size': null,
    'merge.policy.segments_per_tier': null,
  }
}

/** Copies of each shard: one, where there is another node to hold it. */
export function chooseReplicas({ replicas }: Settings, dataNodes: number): number {
  return replicas ?? (dataNodes > 1 ? 1 : 0)
}

/** Primary shards: enough for the size, and at least one for each data node, so that all of them work. */
export function chooseShards(settings: Settings, documents: number, dataNodes: number): number {
  if (settings.shards !== null) return settings.shards
  return Math.max(1, dataNodes, Math.ceil((documents * documentBytes) / shardBytes))
}
