import { maxFailedDocuments, type FailedDocument } from '../../contract/index.ts'
import { boundDocuments, checkFailedLimit, showBody } from '../failed-document.ts'
import { checkRowId } from '../page-token.ts'
import type { FailedDocumentQuery, NewFailedDocument } from '../task-store.ts'
import type { MemoryState, StoredFailedDocument, StoredTask } from './memory-state.ts'

interface Change {
  failed: readonly NewFailedDocument[]
  resolved: readonly string[]
  now: string
}

/**
 * Resolves failed documents and keeps new ones.
 *
 * @returns how many more are unresolved than before
 * @throws DocumentsFailedError when there are too many; nothing is changed then
 */
export function changeFailedDocuments(task: StoredTask, { failed, resolved, now }: Change): number {
  const changed = new Map(task.failedDocuments)
  for (const id of resolved) {
    const document = changed.get(id)
    if (document) changed.set(id, { ...document, resolvedAt: document.resolvedAt ?? now })
  }
  const keptBytes = [...changed.values()].reduce((sum, { body }) => sum + body.length, 0)
  for (const document of boundDocuments(failed, keptBytes))
    changed.set(document.id, { ...document, failedAt: now, resolvedAt: null })
  checkFailedLimit(task.record.index, countUnresolved(changed))
  const oldest = [...changed.values()]
    .filter(({ resolvedAt }) => resolvedAt !== null)
    .sort((a, b) => (String(a.resolvedAt) < String(b.resolvedAt) ? -1 : 1))
  for (const { id } of oldest.slice(0, Math.max(0, changed.size - maxFailedDocuments))) changed.delete(id)
  const change = countUnresolved(changed) - countUnresolved(task.failedDocuments)
  task.failedDocuments = changed
  return change
}

function countUnresolved(documents: ReadonlyMap<string, StoredFailedDocument>): number {
  return [...documents.values()].filter(({ resolvedAt }) => resolvedAt === null).length
}

export function countFailedDocuments({ tasks }: MemoryState, taskId: string): number {
  return countUnresolved(tasks.get(taskId)?.failedDocuments ?? new Map())
}

export function listFailedDocuments(
  { tasks }: MemoryState,
  taskId: string,
  { after, limit, resolved = false, bodyLimit }: FailedDocumentQuery,
): FailedDocument[] {
  const start = after === undefined ? null : BigInt(checkRowId(after))
  return [...(tasks.get(taskId)?.failedDocuments.values() ?? [])]
    .filter(({ resolvedAt }) => resolved || resolvedAt === null)
    .filter(({ id }) => start === null || BigInt(id) > start)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .slice(0, limit)
    .map(({ body, bodyBytes, failedAt, resolvedAt, ...rest }) => ({
      ...rest,
      ...showBody({ body, bodyBytes }, { bodyLimit }),
      failed_at: failedAt,
      resolved_at: resolvedAt,
    }))
}
