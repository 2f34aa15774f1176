/** Tuning parameters. Each default suits the cluster's size or this machine. */
export interface Settings {
  /** How long a claimed item belongs to a worker without a heartbeat. */
  leaseMs: number
  /** How long a task waits for an unavailable service before it fails. */
  outageTimeoutMs: number
  /** How long a catalog statement may go without a row or a response before it is cancelled and retried. */
  catalogTimeoutMs: number
  /** How long a call to a service may go without a response before the task reports that it waits for it. */
  silenceMs: number
  /** How far before the plan's time the catch-up starts; must exceed the duration of any transaction. */
  catchUpOverlapMs: number
  /** Approximate rows per work item: some seconds of work, so that little is lost with a worker. */
  rowsPerItem: number
  /** Target size of a bulk body, bytes. */
  targetBodyLength: number
  /** Maximum concurrent bulk requests per item: few by default, up to this number for a distant cluster. */
  maxInFlight: number
  /** Replicas of a finished index; null: 1, or 0 where the cluster has one data node. */
  replicas: number | null
  /** Primary shards; null: chosen by the estimated size and the number of data nodes. */
  shards: number | null
  /** Maximum number of verification and repair rounds before the verification fails. */
  maxRepairRounds: number
  /**
   * How long a clone may take to become searchable before its documents are copied instead; writes are blocked
   * meanwhile.
   */
  cloneTimeoutMs: number
  /** How long an index may take to become healthy before the promotion fails. */
  promoteTimeoutMs: number
  /** Minimum ratio of the index's documents to those that its alias serves now. */
  promoteMinRatio: number
  /** How long an index can't be deleted after an alias moved away from it, so that the alias can be rolled back. */
  rollbackWindowMs: number
  /** Slices of a delete by query or a reindex that OpenSearch runs concurrently; `auto`: one per shard. */
  deleteSlices: number | 'auto'
  /** Maximum documents per second of these; null: unlimited. */
  requestsPerSecond: number | null
  /** Share of deleted documents above which they are expunged from a filtered index; 1: never. */
  expungeMinRatio: number
  /** Approximate bytes of deleted documents below which they are not expunged, which takes up to half a minute. */
  expungeMinBytes: number
  /** How old the data behind a model's aliases may be, seconds, by the model's name; only shown. */
  freshnessTargetSeconds: Readonly<Record<string, number>>
}

export const defaultSettings: Settings = {
  leaseMs: 15_000,
  outageTimeoutMs: 10 * 60_000,
  catalogTimeoutMs: 60_000,
  silenceMs: 10_000,
  catchUpOverlapMs: 60 * 60_000,
  rowsPerItem: 50_000,
  // A larger body is no faster with several concurrent requests, and takes more memory.
  targetBodyLength: 2 * 1024 * 1024,
  maxInFlight: 8,
  replicas: null,
  shards: null,
  maxRepairRounds: 3,
  // Hard links take milliseconds; a file system without them copies some GB a minute.
  cloneTimeoutMs: 120_000,
  promoteTimeoutMs: 10 * 60_000,
  promoteMinRatio: 0.9,
  rollbackWindowMs: 0,
  deleteSlices: 'auto',
  requestsPerSecond: null,
  // OpenSearch's merge leaves segments with a smaller share unchanged.
  expungeMinRatio: 0.1,
  expungeMinBytes: 1024 * 1024,
  freshnessTargetSeconds: {},
}
