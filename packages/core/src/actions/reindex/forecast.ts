import { modelAliases, type ReindexRequest } from '../../contract/index.ts'
import { IndexExistsError } from '../../errors.ts'
import {
  chooseReplicas,
  chooseShards,
  countDataNodes,
  documentBytes,
  getIndex,
  readIndexStatistics,
} from '../../search/index.ts'
import type { Forecast, PlanContext } from '../../tasks/index.ts'
import { checkNewIndex } from '../preflight/check-new-index.ts'
import { compareDisk, findLast, secondsOf, unknown } from '../estimates.ts'
import { forecastCatalog } from './forecast-catalog.ts'
import { describeModelIndex } from './model-index.ts'

/** Rows from the database's statistics; all else from the last REINDEX. */
export async function forecastReindex(
  context: PlanContext,
  request: ReindexRequest,
  index: string,
): Promise<Forecast> {
  const { search, settings } = context
  const exists = (await getIndex(search, index)) ? [new IndexExistsError(index)] : []
  const { rows, catchUpBy, preconditionFailures, warnings } = await forecastCatalog(context, request.model)
  if (rows === null) return { ...unknown, preconditionFailures: [...exists, ...preconditionFailures] }

  const last = await findLastBuilt(context, request.model)
  const documents = Math.round(rows * (last?.documentsPerRow ?? 1))
  const bytes = Math.round(documents * (last?.bytesPerDocument ?? documentBytes))
  const dataNodes = await countDataNodes(search)
  const replicas = chooseReplicas(settings, dataNodes)
  const shards = chooseShards(settings, rows, dataNodes)
  const model = context.models.find(({ name }) => name === request.model)
  const cluster = await checkNewIndex(search, request, {
    name: index,
    index: model ? describeModelIndex(model, index, shards) : null,
    need: { bytes, shards, replicas },
    aliases: modelAliases(request.model),
  })
  return {
    ...unknown,
    rows,
    documents,
    bytes,
    seconds: last ? Math.ceil(rows * last.secondsPerRow) : null,
    shards,
    replicas,
    disk: await compareDisk(context, bytes, replicas),
    catch_up_by: catchUpBy,
    checks: cluster.checks,
    preconditionFailures: [...exists, ...cluster.preconditionFailures],
    warnings: [...warnings, ...cluster.warnings],
  }
}

/** Size of a row in the model's last index, if that index still exists. */
async function findLastBuilt(context: PlanContext, model: string) {
  const task = await findLast(context, model, 'REINDEX')
  const seconds = task && secondsOf(task)
  if (!task || seconds === null || task.counts.read === 0) return null
  const [found] = await readIndexStatistics(context.search, task.index)
  return {
    documentsPerRow: task.counts.indexed / task.counts.read,
    secondsPerRow: seconds / task.counts.read,
    bytesPerDocument: found?.documents && found.bytes ? found.bytes / found.documents : documentBytes,
  }
}
