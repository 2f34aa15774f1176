import { and, asc, count, eq, gt, isNull, sql, type SQL } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { FailedDocument } from '../../contract/index.ts'
import { checkRowId } from '../page-token.ts'
import { failedDocument } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import type { FailedDocumentQuery, NewFailedDocument } from '../task-store.ts'
import { clock } from './database-clock.ts'
import type { Transaction } from './transaction.ts'

/** Rows of one insert: each has seven of the 65,535 parameters that a statement may have. */
const rowsPerInsert = 1_000

/**
 * Resolves failed documents and keeps new ones. The task's row is locked by the caller, so of a task only one does this
 * at a time.
 *
 * @returns how many more are unresolved than before; negative when they are fewer
 */
export async function changeFailedDocuments(
  tx: Transaction,
  taskId: string,
  { failed, resolved }: { failed: readonly NewFailedDocument[]; resolved: readonly string[] },
): Promise<number> {
  const fewer = await resolveDocuments(tx, taskId, resolved)
  return (await keepFailedDocuments(tx, taskId, failed)) - fewer
}

/** @returns how many were unresolved before */
async function resolveDocuments(tx: Transaction, taskId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const rows = await tx
    .update(failedDocument)
    .set({ resolvedAt: clock })
    .where(unresolvedAmong(taskId, ids))
    .returning({ id: failedDocument.documentId })
  return rows.length
}

function unresolvedAmong(taskId: string, ids: readonly string[]): SQL | undefined {
  // One text instead of thousands of parameters, and no array type that the driver would have to know.
  const listed = sql`${failedDocument.documentId} = any (string_to_array(${ids.join(',')}, ',')::bigint[])`
  return and(eq(failedDocument.taskId, taskId), sql`${failedDocument.resolvedAt} is null`, listed)
}

/** @returns how many of them were not there before, or were resolved */
async function keepFailedDocuments(
  tx: Transaction,
  taskId: string,
  failed: readonly NewFailedDocument[],
): Promise<number> {
  if (failed.length === 0) return 0
  // The last of several for one row counts; a statement may not write a row twice.
  const latest = [...new Map(failed.map((document) => [document.id, document])).values()]
  const known = await tx.$count(
    failedDocument,
    unresolvedAmong(
      taskId,
      latest.map(({ id }) => id),
    ),
  )
  for (let start = 0; start < latest.length; start += rowsPerInsert) {
    const rows = latest.slice(start, start + rowsPerInsert)
    await tx
      .insert(failedDocument)
      .values(rows.map(({ id, ...rest }) => ({ ...rest, taskId, documentId: id, failedAt: clock })))
      .onConflictDoUpdate({
        target: [failedDocument.taskId, failedDocument.documentId],
        set: {
          status: sql`excluded.status`,
          reason: sql`excluded.reason`,
          body: sql`excluded.body`,
          failedAt: sql`excluded.failed_at`,
          resolvedAt: null,
        },
      })
  }
  return latest.length - known
}

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
