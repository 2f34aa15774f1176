import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import {
  maxFailedReasons,
  maxReasonExamples,
  maxReasonIds,
  shortBodyBytes,
  type FailedDocumentSummary,
} from '../../contract/index.ts'
import { decodeJsonPrefix } from '../failed-document.ts'
import { groupReasons, reasonLength } from '../failed-reasons.ts'
import { failedDocument } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import { selectFailedDocuments } from './failed-documents.ts'

export async function summarizeFailedDocuments(
  db: PostgresJsDatabase,
  taskId: string,
): Promise<FailedDocumentSummary> {
  if (!isTaskId(taskId)) return { documents: 0, unresolved: 0, reason_count: 0, reasons: [] }
  const ofTask = eq(failedDocument.taskId, taskId)
  const rows = await db
    .select({
      id: failedDocument.documentId,
      status: failedDocument.status,
      // An escaped character has two, and the string a quote.
      reason: sql<string>`left(${failedDocument.reason}::text, ${reasonLength * 2 + 1}::int)`,
      isResolved: sql<boolean>`${failedDocument.resolvedAt} is not null`,
    })
    .from(failedDocument)
    .where(ofTask)
    .orderBy(asc(failedDocument.documentId))
  const groups = groupReasons(rows.map((row) => ({ ...row, reason: decodeJsonPrefix(row.reason) })))
  const shown = groups.slice(0, maxFailedReasons)
  const examples = await selectFailedDocuments(
    db,
    and(
      ofTask,
      inArray(
        failedDocument.documentId,
        shown.flatMap(({ ids }) => ids.slice(0, maxReasonExamples)),
      ),
    ),
    { bodyLimit: shortBodyBytes },
  )
  return {
    documents: rows.length,
    unresolved: rows.filter(({ isResolved }) => !isResolved).length,
    reason_count: groups.length,
    reasons: shown.map(({ ids, ...group }) => ({
      ...group,
      ids: ids.slice(0, maxReasonIds),
      examples: examples.filter(({ id }) => ids.slice(0, maxReasonExamples).includes(id)),
    })),
  }
}
