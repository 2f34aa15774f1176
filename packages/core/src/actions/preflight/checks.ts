import { actionFacts, type ActionName, type PlanCheck } from '../../contract/index.ts'
import { IngestionError } from '../../errors.ts'
import { classifyError, unavailableService } from '../../classify-error.ts'
import {
  countPlacedShards,
  countShards,
  findMissingRights,
  foreseeIndex,
  getIndex,
  listClusterBlocks,
  readClusterSettings,
  readDisks,
  watermarkBytes,
  type NewIndex,
  type SearchClient,
} from '../../search/index.ts'

/** What a task will add to the cluster. */
export interface ClusterNeed {
  /** Size of the primary shards at the end. */
  bytes: number
  shards: number
  replicas: number
}

/** Runs a check. It is `unknown` if OpenSearch refuses the calls that it needs. An unavailable service is rethrown. */
async function check(name: string, run: () => Promise<Omit<PlanCheck, 'check'>>): Promise<PlanCheck> {
  try {
    return { check: name, ...(await run()) }
  } catch (thrown) {
    const error = classifyError(thrown)
    if (!(error instanceof IngestionError) || unavailableService(error) !== null) throw error
    return { check: name, status: 'unknown', detail: error.message }
  }
}

const perNode = 'cluster.routing.allocation.total_shards_per_node'

/** Whether the shards fit under the cluster's limits, including the replicas that they get at the end. */
export function checkShards(search: SearchClient, { shards, replicas }: ClusterNeed): Promise<PlanCheck> {
  return check('shards', async () => {
    const [settings, now] = await Promise.all([readClusterSettings(search), countShards(search)])
    const full = await checkNodes(search, { shards, replicas }, Number(settings[perNode]), now.dataNodes)
    if (full) return full
    const limit = Number(settings['cluster.max_shards_per_node']) * now.dataNodes
    const added = shards * (1 + replicas)
    const detail = `${now.shards} shards are open, ${added} would be added, the limit is ${limit}`
    if (!Number.isFinite(limit))
      return { status: 'unknown', detail: 'cluster.max_shards_per_node is not known' }
    if (now.shards + added <= limit) return { status: 'ok', detail }
    // With this setting, indices whose names begin with a dot don't count, and their number is unknown.
    const isExact = settings['cluster.ignore_dot_indexes'] !== 'true'
    return {
      status: isExact ? 'failed' : 'unknown',
      detail: `${detail} (cluster.max_shards_per_node); delete indices, or raise it`,
    }
  })
}

/**
 * Checks the limit of shards per node, if there is one: an index beyond it is created, but its shards stay unassigned.
 *
 * @returns null if the shards fit
 */
async function checkNodes(
  search: SearchClient,
  { shards, replicas }: Pick<ClusterNeed, 'shards' | 'replicas'>,
  limitOfNode: number,
  dataNodes: number,
): Promise<Omit<PlanCheck, 'check'> | null> {
  // The default is -1.
  if (!(limitOfNode > 0)) return null
  const placed = await countPlacedShards(search)
  // A node holds at most one copy of a shard, so further replicas are never assigned.
  const added = shards * Math.min(1 + replicas, dataNodes)
  const limit = limitOfNode * dataNodes
  if (placed + added <= limit) return null
  const detail = `${placed} shards are on nodes, ${added} would be added, the limit is ${limit}`
  return { status: 'failed', detail: `${detail} (${perNode}); delete indices, or raise it` }
}

/** Whether the disks have room below their watermarks for the index, its replicas, and a merge of all its segments. */
export function checkDisk(search: SearchClient, { bytes, replicas }: ClusterNeed): Promise<PlanCheck> {
  return check('disk', async () => {
    const [settings, disks] = await Promise.all([readClusterSettings(search), readDisks(search)])
    if (disks.length === 0) return { status: 'unknown', detail: 'no data node reports its free disk space' }
    const needed = Math.ceil(bytes * (2 + replicas))
    const prefix = 'cluster.routing.allocation.disk'
    const isWatched = settings[`${prefix}.threshold_enabled`] !== 'false'
    const watermark = isWatched ? (settings[`${prefix}.watermark.low`] ?? '') : '100%'
    const rooms = disks.map(({ free, total }) => free - (watermarkBytes(watermark, total) ?? Number.NaN))
    const room = Math.floor(rooms.reduce((sum, node) => sum + Math.max(0, node), 0))
    if (!Number.isFinite(room)) return { status: 'unknown', detail: `watermark ${watermark} can't be read` }
    const below = isWatched ? ` below the low watermark (${watermark})` : ''
    return {
      status: needed <= room ? 'ok' : 'failed',
      detail: `about ${needed} bytes are needed, ${room} are free${below} on ${disks.length} data nodes`,
    }
  })
}

/** Whether the whole cluster refuses changes. A task waits until it accepts them. */
export function checkBlocks(search: SearchClient): Promise<PlanCheck> {
  return check('blocks', async () => {
    const blocks = listClusterBlocks(await readClusterSettings(search))
    if (blocks.length === 0) return { status: 'ok', detail: 'the cluster has no block' }
    const names = blocks.map((block) => `cluster.blocks.${block}`).join(', ')
    return { status: 'failed', detail: `${names} is set; the task waits until it is lifted` }
  })
}

/** Whether this server may make the calls that the task needs. */
export function checkRights(search: SearchClient, model: string, action: ActionName): Promise<PlanCheck> {
  return check('rights', async () => {
    const index = `${model}-preflight-${crypto.randomUUID()}`
    const filters = actionFacts[action].removesSensitive
    const missing = await findMissingRights(search, index, { filters })
    if (missing.length === 0) return { status: 'ok', detail: 'every call that was tried is allowed' }
    const list = missing.map(({ call, right }) => `${call} needs ${right}`).join('; ')
    return { status: 'failed', detail: `OpenSearch forbids calls of this server's user: ${list}` }
  })
}

/** Whether the names of the model's aliases are free: an index with such a name prevents the alias. */
export function checkAliasNames(search: SearchClient, aliases: readonly string[]): Promise<PlanCheck> {
  return check('alias_names', async () => {
    const found = await Promise.all(aliases.map((alias) => getIndex(search, alias)))
    const taken = found.flatMap((index) => (index ? [index.name] : []))
    return taken.length === 0
      ? { status: 'ok', detail: `${aliases.join(' and ')} can be aliases` }
      : { status: 'failed', detail: `${taken.join(' and ')} is an index, so no alias can have that name` }
  })
}

/** What index templates would do to an index. */
export async function checkTemplates(
  search: SearchClient,
  index: NewIndex,
): Promise<{ check: PlanCheck; differences: string[]; templates: string[]; extras: string[] }> {
  let foreseen = { differences: [] as string[], templates: [] as string[], extras: [] as string[] }
  const result = await check('templates', async () => {
    const found = await foreseeIndex(search, index)
    foreseen = found
    if (!found.known) return { status: 'unknown', detail: 'this server may not read index templates' }
    if (found.differences.length > 0) return { status: 'failed', detail: found.differences.join('; ') }
    const names = found.templates.join(', ')
    return { status: 'ok', detail: names === '' ? 'none matches' : `${names} matches, and does no harm` }
  })
  return { ...foreseen, check: result }
}
