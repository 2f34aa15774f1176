/** What can be tuned. Every value has a default that suits a cluster of its own size or this machine. */
export interface Settings {
  /** How long a claimed item stays a worker's own without a sign of life. */
  leaseMs: number
  /** How long a task waits for a service that is away before it fails. */
  outageTimeoutMs: number
  /** How long a statement on the catalog may stay without a row or an answer before it is given up and tried again. */
  catalogTimeoutMs: number
  /** How long a call to a service may stay without an answer before the task says that it waits for it. */
  silenceMs: number
  /** How far before the plan's clock the catch-up begins: longer than any transaction stays open. */
  catchUpOverlapMs: number
  /** Rows that one work item covers, about: some seconds of work, so that little is lost with a worker. */
  rowsPerItem: number
  /** Size that a bulk body aims at, in bytes. */
  targetBodyLength: number
  /** Bulk requests of one item that may be under way at once: a few, and up to this many for a cluster far away. */
  maxInFlight: number
  /** Replicas of a finished index; null: 1, or 0 where the cluster has one data node. */
  replicas: number | null
  /** Primary shards; null: chosen by the estimated size and the number of data nodes. */
  shards: number | null
  /** How often index and database are brought together before the verification gives up. */
  maxMendingRounds: number
  /** How long a clone may take to become searchable before its documents are copied instead; writes wait. */
  cloneTimeoutMs: number
  /** How long an index may take to become healthy before an alias is pointed to it. */
  promoteTimeoutMs: number
  /** Documents that an index must have at least, of those that its alias serves now, to take its place. */
  promoteMinRatio: number
  /** How long after an alias moved on its index can't be deleted, so that the alias can be pointed back. */
  rollbackWindowMs: number
  /** Parts of a delete by query or a copy that OpenSearch does at once; `auto`: one for each shard. */
  deleteSlices: number | 'auto'
  /** Documents that these delete or copy in a second at most; null: as many as they can. */
  requestsPerSecond: number | null
  /** Share of deleted documents above which a filtered index is rewritten without them; 1: never. */
  expungeMinRatio: number
  /** Bytes that deleted documents take, about, below which that is not done: it takes up to half a minute. */
  expungeMinBytes: number
}

export const defaultSettings: Settings = {
  leaseMs: 15_000,
  outageTimeoutMs: 10 * 60_000,
  catalogTimeoutMs: 60_000,
  silenceMs: 10_000,
  catchUpOverlapMs: 60 * 60_000,
  rowsPerItem: 50_000,
  // Twice as long is no faster, beside several requests under way, and takes twice the memory.
  targetBodyLength: 2 * 1024 * 1024,
  maxInFlight: 8,
  replicas: null,
  shards: null,
  maxMendingRounds: 3,
  // Hard links take milliseconds; a file system without them copies, some GB a minute.
  cloneTimeoutMs: 120_000,
  promoteTimeoutMs: 10 * 60_000,
  promoteMinRatio: 0.9,
  rollbackWindowMs: 0,
  deleteSlices: 'auto',
  requestsPerSecond: null,
  // The share of a segment up to which OpenSearch's merge leaves it as it is.
  expungeMinRatio: 0.1,
  expungeMinBytes: 1024 * 1024,
}
