/** Tuning parameters; `defaultSettings` has all defaults. Fields that end in `Ms` are milliseconds. */
export interface Settings {
  /** How long a claimed item belongs to a worker without a heartbeat, milliseconds. Default 15,000. */
  leaseMs: number
  /** How long a task waits for an unavailable service before it fails, milliseconds. Default 600,000 (10 minutes). */
  outageTimeoutMs: number
  /**
   * How long a catalog statement may go without a row or a response before it is cancelled and retried, milliseconds.
   * Default 60,000.
   */
  catalogTimeoutMs: number
  /**
   * How long a call to a service may go without a response before the task reports that it waits for it, milliseconds.
   * Default 10,000.
   */
  silenceMs: number
  /**
   * How far before the plan's time the catch-up starts, milliseconds; must exceed the duration of any transaction. Only
   * for tables without transaction ids. Default 3,600,000 (one hour).
   */
  catchUpOverlapMs: number
  /** Approximate rows per work item: some seconds of work, so that little is lost with a worker. Default 50,000. */
  rowsPerItem: number
  /** Target size of a bulk body, bytes. Default 2,097,152 (2 MiB). */
  targetBodyLength: number
  /**
   * Maximum concurrent bulk requests per item: few by default, up to this number for a distant cluster. Default 8.
   */
  maxInFlight: number
  /** Replicas of a finished index; null, the default: 1, or 0 where the cluster has one data node. */
  replicas: number | null
  /** Primary shards; null, the default: chosen by the estimated size and the number of data nodes. */
  shards: number | null
  /** Maximum number of verification and repair rounds before the verification fails. Default 3. */
  maxRepairRounds: number
  /**
   * How long a clone may take to become searchable before its documents are copied instead, milliseconds; writes are
   * blocked meanwhile. Default 120,000.
   */
  cloneTimeoutMs: number
  /** How long an index may take to become healthy before the promotion fails, milliseconds. Default 600,000. */
  promoteTimeoutMs: number
  /** Minimum ratio of the index's documents to those that its alias serves now, from 0 to 1. Default 0.9. */
  promoteMinRatio: number
  /**
   * How long an index can't be deleted after an alias moved away from it, so that the alias can be rolled back,
   * milliseconds. Default 0: it can be deleted immediately.
   */
  rollbackWindowMs: number
  /**
   * Slices of a delete by query or a reindex that OpenSearch runs concurrently; `auto`, the default: one per shard.
   */
  deleteSlices: number | 'auto'
  /** Maximum documents per second of these; null, the default: unlimited. */
  requestsPerSecond: number | null
  /** Share of deleted documents above which they are expunged from a filtered index; 1: never. Default 0.1. */
  expungeMinRatio: number
  /**
   * Approximate bytes of deleted documents below which they are not expunged, which takes up to half a minute. Default
   * 1,048,576 (1 MiB).
   */
  expungeMinBytes: number
  /** How old the data behind a model's aliases may be, seconds, by the model's name; only shown. Default: no targets. */
  freshnessTargetSeconds: Readonly<Record<string, number>>
}

/** The default of each setting. Spread it to change some: `{ ...defaultSettings, rowsPerItem: 10_000 }`. */
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
