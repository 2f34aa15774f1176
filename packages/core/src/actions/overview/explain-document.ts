import {
  shortBodyBytes,
  type DocumentExplanation,
  type ExplainedDocument,
  type FailedDocument,
  type RowState,
} from '../../contract/index.ts'
import { IndexNotFoundError } from '../../errors.ts'
import type { Model } from '../../models/index.ts'
import { classifyDatabaseError, isRowId, readRowState, type RowNow } from '../../rows/index.ts'
import { countDocuments, findDocument, getIndex, listIndexInfos, type IndexInfo } from '../../search/index.ts'
import { toMicros, type IndexRecord, type TaskContext } from '../../tasks/index.ts'
import { modelOfIndex } from './list-indices.ts'

type ExplainContext = Pick<TaskContext, 'search' | 'store' | 'models' | 'db' | 'settings'>

type Explanation = Pick<ExplainedDocument, 'explanation' | 'detail'> & { failed?: FailedDocument }
/** The row, or why it can't be read. */
type ReadRow = RowNow | { state: 'unknown'; isNewer: null }

/**
 * Why an index has the document of a row or not. Only what is certain is named: if several reasons are possible, the
 * explanation is `unknown`, and the detail names them.
 *
 * @param key id of the row, which is that of its document
 * @throws IndexNotFoundError, also for an alias; IndexClosedError
 */
export async function explainDocument(
  context: ExplainContext,
  name: string,
  key: string,
): Promise<ExplainedDocument> {
  const model = modelOfIndex(context, name)
  const index = await getIndex(context.search, name)
  if (!index) throw new IndexNotFoundError(name)
  const record = await context.store.getIndex(index.uuid)
  const [document, row] = await Promise.all([
    findDocument(context.search, name, key),
    readRow(context, model, key, record),
  ])
  const { failed, ...explanation } = document
    ? { explanation: 'in_index' as const, detail: describePresent(index.name, key, row.state) }
    : await explainMissing(context, { model, index, record, key, row })
  return {
    id: key,
    in_index: document !== null,
    source: document?.source ?? null,
    row: row.state,
    ...explanation,
    failed_document: failed ?? null,
  }
}

async function readRow(
  { db, settings }: ExplainContext,
  model: Model,
  key: string,
  record: IndexRecord | null,
): Promise<ReadRow> {
  // Rows have whole numbers as ids.
  if (!isRowId(key)) return { state: 'absent', isNewer: null }
  try {
    const { mark = null, asOf = null } = record ?? {}
    const moment = new Date(asOf === null ? 0 : Date.parse(asOf) - settings.catchUpOverlapMs).toISOString()
    return await readRowState(db, model, BigInt(key), mark && { mark, moment })
  } catch (error) {
    if (classifyDatabaseError(error) === null) throw error
    return { state: 'unknown', isNewer: null }
  }
}

const rowTexts: Readonly<Record<RowState, string>> = {
  present: 'the database has its row',
  absent: 'the database has no row with this id now',
  deleted: 'its row is listed as deleted now',
  removed_from_source: 'its row is marked as removed from its source now',
  unknown: 'the database did not respond, so the state of its row is unknown',
}

function describePresent(index: string, key: string, state: RowState): string {
  return `${index} has document ${key}; ${rowTexts[state]}.`
}

interface Missing {
  model: Model
  index: IndexInfo
  record: IndexRecord | null
  key: string
  row: ReadRow
}

async function explainMissing(context: ExplainContext, missing: Missing): Promise<Explanation> {
  const { index, record, key } = missing
  if (record?.filteredFrom == null) return explainUnfiltered(context, missing)
  const source = await findByUuid(context, missing.model, record.filteredFrom)
  if (!source) return explainWithoutSource(missing)
  if (!(await findDocument(context.search, source.name, key))) {
    const sourceRecord = await context.store.getIndex(source.uuid)
    const why = await explainUnfiltered(context, { ...missing, index: source, record: sourceRecord })
    return { ...why, detail: `${index.name} was filtered from ${source.name}. ${why.detail}` }
  }
  if (await wasWrittenSince(context, source, key, record.taskId)) {
    return {
      explanation: 'changed_after_build',
      detail: `${source.name} got document ${key} by a retry after ${index.name} was filtered from it.`,
    }
  }
  const documents = await countDocuments(context.search, index.name)
  if (documents < record.documents) {
    return unknown(
      `${source.name} has document ${key}, but another program has removed documents from ${index.name}: it had ${record.documents} when it was verified, and has ${documents} now.`,
    )
  }
  return {
    explanation: 'filtered',
    detail: `${source.name}, which ${index.name} was filtered from, has document ${key}: it was left out because it contains a sensitive term.`,
  }
}

/** Why an index that should have the documents of all rows lacks one. */
async function explainUnfiltered(context: ExplainContext, missing: Missing): Promise<Explanation> {
  const { index, record, key } = missing
  const failed = await findFailed(context, record?.taskId ?? taskIdOf(index), key)
  if (failed?.resolved_at === null) {
    const detail = `OpenSearch refused document ${key} when ${index.name} was built, with status ${failed.status}.`
    return { explanation: 'failed', detail, failed }
  }
  return explainByRow(missing) ?? (record ? explainNewer(missing) : unverified(index))
}

/** Reasons that hold whatever the index is. */
function explainByRow({ key, row: { state } }: Missing): Explanation | null {
  const dropped = (what: string): Explanation => ({
    explanation: 'dropped',
    detail: `Row ${key} is ${what}, and such rows are left out of every index.`,
  })
  switch (state) {
    case 'absent':
      return { explanation: 'not_in_catalog', detail: `The database has no row with id ${key}.` }
    case 'deleted':
      return dropped('listed as deleted')
    case 'removed_from_source':
      return dropped('marked as removed from its source')
    case 'unknown':
      return unknown(`The database did not respond, so the state of row ${key} is unknown.`)
    case 'present':
      return null
  }
}

function explainNewer({ index, key, row, record }: Missing): Explanation {
  const built = record?.asOf == null ? 'was built' : `was built from the data of ${record.asOf}`
  if (row.isNewer)
    return {
      explanation: 'changed_after_build',
      detail: `Row ${key} was written after ${index.name} ${built}; a new index has it.`,
    }
  if (row.isNewer === false)
    return unknown(
      `Row ${key} has not been written since ${index.name} ${built}, so the index should have it: another program may have removed the document, or the row from a list of deleted rows.`,
    )
  return unknown(
    `Row ${key} exists, and it can't be found out whether it was written after ${index.name} ${built}.`,
  )
}

function unverified({ name }: IndexInfo): Explanation {
  return unknown(`${name} is being built, was not built completely, or was built by another program.`)
}

function explainWithoutSource(missing: Missing): Explanation {
  const { index, key } = missing
  return (
    explainByRow(missing) ??
    unknown(
      `The index that ${index.name} was filtered from no longer exists, so it is unknown whether document ${key} was left out because of a sensitive term.`,
    )
  )
}

function unknown(detail: string): Explanation {
  const explanation: DocumentExplanation = 'unknown'
  return { explanation, detail }
}

async function findByUuid(
  { search }: ExplainContext,
  { name }: Model,
  uuid: string,
): Promise<IndexInfo | undefined> {
  return (await listIndexInfos(search, `${name}-*`)).find((info) => info.uuid === uuid && !info.isClosed)
}

/** The task that builds an index or failed to; its record is written at the end. */
function taskIdOf({ meta }: IndexInfo): string | null {
  return typeof meta['task_id'] === 'string' ? meta['task_id'] : null
}

/** Whether a retry of failed documents wrote a document to the source of a filtered index after its task began. */
async function wasWrittenSince(
  context: ExplainContext,
  source: IndexInfo,
  key: string,
  filteringTask: string,
): Promise<boolean> {
  const sourceRecord = await context.store.getIndex(source.uuid)
  const failed = await findFailed(context, sourceRecord?.taskId ?? taskIdOf(source), key)
  const filtering = await context.store.get(filteringTask)
  const since = filtering?.startedAt ?? null
  // As texts they can't be compared: Postgres omits zeros at the end of a second's digits.
  return failed?.resolved_at != null && since !== null && toMicros(failed.resolved_at) > toMicros(since)
}

/** How OpenSearch refused the document of a row in a task, also if a later write resolved it. */
async function findFailed(
  { store }: ExplainContext,
  taskId: string | null,
  key: string,
): Promise<FailedDocument | null> {
  if (taskId === null || !isRowId(key) || key === smallestId) return null
  const [found] = await store.failedDocuments(taskId, {
    after: String(BigInt(key) - 1n),
    limit: 1,
    resolved: true,
    bodyLimit: shortBodyBytes,
  })
  return found?.id === key ? found : null
}

/** The list continues after an id, and there is none before this one. */
const smallestId = String(-(2n ** 63n))
