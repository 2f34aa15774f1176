import { and, asc, count, eq, gt, isNull } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { FailedDocument } from '../../contract/index.ts'
import { checkRowId } from '../page-token.ts'
import { failedDocument } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import type { FailedDocumentQuery } from '../task-store.ts'

export async function listFailedDocuments(
  db: PostgresJsDatabase,
  taskId: string,
  { after, limit, resolved = false }: FailedDocumentQuery,
): Promise<FailedDocument[]> {
  if (!isTaskId(taskId)) return []
  const rows = await db
    .select()
    .from(failedDocument)
    .where(
      and(
        eq(failedDocument.taskId, taskId),
        resolved ? undefined : isNull(failedDocument.resolvedAt),
        after === undefined ? undefined : gt(failedDocument.documentId, checkRowId(after)),
      ),
    )
    .orderBy(asc(failedDocument.documentId))
    .limit(limit)
  return rows.map(({ documentId, status, reason, body, failedAt, resolvedAt }) => ({
    id: documentId,
    status,
    reason,
    body,
    failed_at: failedAt,
    resolved_at: resolvedAt,
  }))
}

export async function countFailedDocuments(db: PostgresJsDatabase, taskId: string): Promise<number> {
  if (!isTaskId(taskId)) return 0
  const [row] = await db
    .select({ documents: count() })
    .from(failedDocument)
    .where(and(eq(failedDocument.taskId, taskId), isNull(failedDocument.resolvedAt)))
  return row?.documents ?? 0
}
