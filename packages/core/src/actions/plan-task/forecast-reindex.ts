import type { ReindexRequest } from '../../contract/index.ts'
import { IndexExistsError, TableNotFoundError } from '../../errors.ts'
import { estimateRows, readTableOid } from '../../rows/index.ts'
import {
  chooseReplicas,
  chooseShards,
  countDataNodes,
  documentBytes,
  getIndex,
  readIndexStatistics,
} from '../../search/index.ts'
import { compareDisk, findLast, secondsOf, unknown, type Forecast, type PlanContext } from './forecast.ts'

/** Rows by the database's statistics; the rest by what the last REINDEX made of them. */
export async function forecastReindex(
  context: PlanContext,
  request: ReindexRequest,
  index: string,
): Promise<Forecast> {
  const { search, settings } = context
  const exists = (await getIndex(search, index)) ? [new IndexExistsError(index)] : []
  const rows = await countRows(context, request.model)
  if (rows instanceof TableNotFoundError) return { ...unknown, refusals: [...exists, rows] }

  const last = await findLastBuilt(context, request.model)
  const documents = Math.round(rows * (last?.documentsPerRow ?? 1))
  const bytes = Math.round(documents * (last?.bytesPerDocument ?? documentBytes))
  const dataNodes = await countDataNodes(search)
  const replicas = chooseReplicas(settings, dataNodes)
  return {
    rows,
    documents,
    bytes,
    seconds: last ? Math.ceil(rows * last.secondsPerRow) : null,
    shards: chooseShards(settings, rows, dataNodes),
    replicas,
    disk: await compareDisk(context, bytes, replicas),
    refusals: exists,
    warnings: rows === 0 ? ['the table is empty, so the index will be empty'] : [],
  }
}

async function countRows({ db, models }: PlanContext, name: string): Promise<number | TableNotFoundError> {
  const model = models.find((candidate) => candidate.name === name)
  if (!model) return new TableNotFoundError(name)
  try {
    return await estimateRows(db, await readTableOid(db, model), model)
  } catch (error) {
    if (error instanceof TableNotFoundError) return error
    throw error
  }
}

/** What a row came to when the model was indexed last, as far as that index is still there. */
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
