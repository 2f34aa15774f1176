import { modelAliases, type Index, type IndexList } from '../../contract/index.ts'
import { IndexNotFoundError, NothingToRollBackError } from '../../errors.ts'
import type { Model } from '../../models/index.ts'
import {
  findAliasTargets,
  isForbidden,
  isWriteAlias,
  listIndexInfos,
  readIndexStatistics,
  type IndexInfo,
  type IndexStatistics,
} from '../../search/index.ts'
import type { TaskContext } from '../../tasks/index.ts'
import { isFiltered } from '../is-filtered.ts'
import { findPrevious } from './rollback-request.ts'

export type OverviewContext = Pick<TaskContext, 'search' | 'store' | 'models' | 'settings'>

/** All indices of all models, newest first, and the targets of the models' aliases. */
export async function listIndices(context: OverviewContext): Promise<IndexList> {
  return {
    models: await Promise.all(
      context.models.map(async (model) => {
        const indices = await readIndices(context, model, `${model.name}-*`)
        const own = modelAliases(model.name)
        const others = indices.flatMap(({ aliases }) => aliases).filter((alias) => !own.includes(alias))
        const aliases = [...own, ...new Set(others.sort())]
        return {
          model: model.name,
          freshness_target_seconds: context.settings.freshnessTargetSeconds[model.name] ?? null,
          aliases: await Promise.all(aliases.map((alias) => describeAlias(context, alias, indices))),
          indices,
        }
      }),
    ),
  }
}

/**
 * One index by its exact name; an alias does not count.
 *
 * @throws IndexNotFoundError, also for an index that belongs to no model of this server
 */
export async function describeIndex(context: OverviewContext, name: string): Promise<Index> {
  const model = modelOfIndex(context, name)
  const index = (await readIndices(context, model, name)).find((found) => found.name === name)
  if (!index) throw new IndexNotFoundError(name)
  return index
}

/** @throws IndexNotFoundError for a name that no index of a model of this server has */
export function modelOfIndex({ models }: Pick<OverviewContext, 'models'>, name: string): Model {
  const model = models.find((candidate) => name.startsWith(`${candidate.name}-`))
  // Calls accept patterns, so a name with `*` is rejected.
  if (!model || /[*,]/.test(name)) throw new IndexNotFoundError(name)
  return model
}

/** @param ofModel the known indices, also without a right to an alias with a custom name */
async function describeAlias(context: OverviewContext, alias: string, ofModel: readonly Index[]) {
  const targets = await findAliasTargets(context.search, alias).catch((error: unknown) => {
    if (!isForbidden(error)) throw error
    return ofModel.filter(({ aliases }) => aliases.includes(alias))
  })
  const [previous, move] = await Promise.all([
    findPrevious(context, alias),
    context.store.lastAliasMove(alias),
  ])
  return {
    alias,
    indices: targets.map(({ name }) => name),
    previous: previous instanceof NothingToRollBackError ? null : previous.name,
    moved_at: move?.movedAt ?? null,
    task_id: move?.taskId ?? null,
  }
}

async function readIndices(context: OverviewContext, model: Model, pattern: string): Promise<Index[]> {
  const statistics = await readIndexStatistics(context.search, pattern)
  if (statistics.length === 0) return []
  const infos = new Map((await listIndexInfos(context.search, pattern)).map((info) => [info.uuid, info]))
  const indices = statistics.flatMap((index) => {
    const info = infos.get(index.uuid)
    // Deleted between the two calls.
    return info ? [toIndex(context, model, index, info)] : []
  })
  return Promise.all(indices)
}

async function toIndex(
  { store }: OverviewContext,
  model: Model,
  { name, uuid, documents, bytes, health, isClosed, createdAt }: IndexStatistics,
  { aliases }: IndexInfo,
): Promise<Index> {
  const [record, reservedBy] = await Promise.all([store.getIndex(uuid), store.findReservation(name)])
  return {
    name,
    uuid,
    model: model.name,
    suffix: name.slice(model.name.length + 1),
    filtered: isFiltered(name, record),
    aliases: aliases.filter((alias) => !isWriteAlias(alias)).sort(),
    state: isClosed ? 'closed' : 'open',
    documents: documents ?? record?.documents ?? 0,
    documents_from: documents !== null ? 'index' : record ? 'record' : 'unknown',
    bytes: bytes ?? 0,
    health,
    created_at: createdAt,
    task_id: record?.taskId ?? null,
    verified: record !== null,
    verified_at: record?.verifiedAt ?? null,
    as_of: record?.asOf ?? null,
    filtered_from: record?.filteredFrom ?? null,
    terms_hash: record?.termsHash ?? null,
    reserved_by: reservedBy,
  }
}
