import {
  maxFailedDocuments,
  maxFailedReasons,
  maxReasonExamples,
  maxReasonIds,
  shortBodyBytes,
  type FailedDocument,
  type FailedDocumentSummary,
} from '../../../src/contract/index.ts'
import { boundDocuments, checkFailedLimit, showBody } from '../../../src/tasks/failed-document.ts'
import { groupReasons } from '../../../src/tasks/failed-reasons.ts'
import { checkRowId } from '../../../src/tasks/page-token.ts'
import type { FailedDocumentQuery, Progress } from '../../../src/tasks/task-store.ts'
import type { FailedRow, Memory, MemoryTask } from './memory.ts'

/**
 * Resolves failed documents and keeps new ones.
 *
 * @returns how many more are unresolved than before
 * @throws DocumentsFailedError when there are too many; nothing is changed then
 */
export function changeFailedDocuments(
  task: MemoryTask,
  { failed = [], resolved = [] }: Pick<Progress, 'failed' | 'resolved'>,
  now: string,
): number {
  const changed = new Map(task.failedDocuments)
  for (const id of resolved) {
    const document = changed.get(id)
    if (document) changed.set(id, { ...document, resolvedAt: document.resolvedAt ?? now })
  }
  const keptBytes = [...changed.values()].reduce((sum, { body }) => sum + body.length, 0)
  for (const { id, ...document } of boundDocuments(failed, keptBytes))
    changed.set(id, { ...document, documentId: id, failedAt: now, resolvedAt: null })
  checkFailedLimit(task.row.index, countUnresolved(changed))
  const oldest = [...changed.values()]
    .filter(({ resolvedAt }) => resolvedAt !== null)
    .sort((a, b) => (String(a.resolvedAt) < String(b.resolvedAt) ? -1 : 1))
  for (const { documentId } of oldest.slice(0, Math.max(0, changed.size - maxFailedDocuments)))
    changed.delete(documentId)
  const more = countUnresolved(changed) - countUnresolved(task.failedDocuments)
  task.failedDocuments = changed
  return more
}

export function countUnresolved(documents: ReadonlyMap<string, FailedRow>): number {
  return [...documents.values()].filter(({ resolvedAt }) => resolvedAt === null).length
}

export function listFailedDocuments(
  { tasks }: Memory,
  taskId: string,
  { after, limit, resolved = false, bodyLimit }: FailedDocumentQuery,
): FailedDocument[] {
  const start = after === undefined ? null : BigInt(checkRowId(after))
  return [...(tasks.get(taskId)?.failedDocuments.values() ?? [])]
    .filter(({ resolvedAt }) => resolved || resolvedAt === null)
    .map((row) => ({ ...row, number: BigInt(row.documentId) }))
    .filter(({ number }) => start === null || number > start)
    .sort((a, b) => (a.number < b.number ? -1 : 1))
    .slice(0, limit)
    .map(({ documentId: id, status, reason, failedAt, resolvedAt, ...body }) => ({
      ...{ id, status, reason },
      ...showBody(body, { bodyLimit }),
      ...{ failed_at: failedAt, resolved_at: resolvedAt },
    }))
}

export function summarizeFailedDocuments(memory: Memory, taskId: string): FailedDocumentSummary {
  const documents = listFailedDocuments(memory, taskId, {
    limit: Infinity,
    resolved: true,
    bodyLimit: shortBodyBytes,
  })
  const groups = groupReasons(documents.map((each) => ({ ...each, isResolved: each.resolved_at !== null })))
  return {
    documents: documents.length,
    unresolved: documents.filter(({ resolved_at }) => resolved_at === null).length,
    reason_count: groups.length,
    reasons: groups.slice(0, maxFailedReasons).map(({ ids, ...group }) => ({
      ...group,
      ids: ids.slice(0, maxReasonIds),
      examples: documents.filter(({ id }) => ids.slice(0, maxReasonExamples).includes(id)),
    })),
  }
}
