import { and, asc, count, eq, gt, inArray, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { maxFailedDocuments, type FailedDocument } from '../../contract/index.ts'
import { LeaseLostError } from '../../errors.ts'
import { boundDocuments, decodeJsonPrefix, showBody, type BoundedDocument } from '../failed-document.ts'
import { checkRowId } from '../page-token.ts'
import { failedDocument, task, workItem } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import type { FailedDocumentQuery, NewFailedDocument } from '../task-store.ts'
import { clock } from './database-clock.ts'
import { heldItem, inStage, type ItemLease } from './leases.ts'
import type { Transaction } from './transaction.ts'

/** Rows per insert: each uses eight of the 65,535 parameters of a statement. */
const rowsPerInsert = 1_000

/** The first of an advisory lock's two keys: arbitrary, but the same in every process. */
const lockSpace = 731_864_503

/** Changes of the failed documents of a task wait for each other: each holds this lock until its transaction ends. */
const lockOf = (taskId: string): SQL => sql`pg_advisory_xact_lock(${lockSpace}, hashtext(${taskId}))`

/** Takes the lock on the failed documents of a task, before the one on its row: lockTask defines the order. */
export async function lockFailedDocuments(tx: Transaction, taskId: string): Promise<void> {
  await tx.execute(sql`select ${lockOf(taskId)}`)
}

interface Change {
  failed: readonly NewFailedDocument[]
  resolved: readonly string[]
}

/**
 * Resolves failed documents and stores new ones. Does not lock the task's row, so other workers save their pages
 * meanwhile: the caller makes sure afterwards that the lease is still held, and that there are not too many.
 *
 * @returns change of the number of unresolved ones
 * @throws LeaseLostError when the lease is already lost
 */
export async function changeFailedDocuments(
  tx: Transaction,
  lease: ItemLease,
  { failed, resolved }: Change,
): Promise<number> {
  const { taskId } = lease
  const held = await tx
    .select({ locked: lockOf(taskId) })
    .from(task)
    .innerJoin(workItem, heldItem(lease))
    .where(inStage(lease))
  if (held.length === 0) throw new LeaseLostError(taskId)
  const fewer = await resolveDocuments(tx, taskId, resolved)
  if (failed.length === 0) return -fewer
  const { known, bytes } = await readKept(tx, taskId, failed)
  const documents = boundDocuments(failed, bytes)
  await keepDocuments(tx, taskId, documents)
  await forgetResolved(tx, taskId)
  return documents.length - known - fewer
}

/** @returns number of those that were unresolved before */
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
  // One text instead of thousands of parameters, and no array type that the driver would need.
  const listed = sql`${failedDocument.documentId} = any (string_to_array(${ids.join(',')}, ',')::bigint[])`
  return and(eq(failedDocument.taskId, taskId), sql`${failedDocument.resolvedAt} is null`, listed)
}

/** Number of the documents that are already unresolved, and bytes of the task's stored bodies. */
async function readKept(
  tx: Transaction,
  taskId: string,
  failed: readonly NewFailedDocument[],
): Promise<{ known: number; bytes: number }> {
  const ids = failed.map(({ id }) => id)
  const [kept] = await tx
    .select({
      known: sql<number>`(count(*) filter (where ${unresolvedAmong(taskId, ids)}))::int`,
      // Stored sizes, which Postgres knows without reading the bodies.
      bytes: sql<number>`coalesce(sum(pg_column_size(${failedDocument.body})), 0)::float8`,
    })
    .from(failedDocument)
    .where(eq(failedDocument.taskId, taskId))
  return kept ?? { known: 0, bytes: 0 }
}

async function keepDocuments(
  tx: Transaction,
  taskId: string,
  documents: readonly BoundedDocument[],
): Promise<void> {
  for (let start = 0; start < documents.length; start += rowsPerInsert) {
    const rows = documents.slice(start, start + rowsPerInsert)
    await tx
      .insert(failedDocument)
      .values(rows.map(({ id, ...rest }) => ({ ...rest, taskId, documentId: id, failedAt: clock })))
      .onConflictDoUpdate({
        target: [failedDocument.taskId, failedDocument.documentId],
        set: {
          status: sql`excluded.status`,
          reason: sql`excluded.reason`,
          body: sql`excluded.body`,
          bodyBytes: sql`excluded.body_bytes`,
          failedAt: sql`excluded.failed_at`,
          resolvedAt: null,
        },
      })
  }
}

/** Deletes resolved documents, oldest first, to make room for unresolved ones. */
async function forgetResolved(tx: Transaction, taskId: string): Promise<void> {
  const ofTask = eq(failedDocument.taskId, taskId)
  const surplus = (await tx.$count(failedDocument, ofTask)) - maxFailedDocuments
  if (surplus <= 0) return
  const oldest = tx
    .select({ id: failedDocument.documentId })
    .from(failedDocument)
    .where(and(ofTask, isNotNull(failedDocument.resolvedAt)))
    .orderBy(asc(failedDocument.resolvedAt))
    .limit(surplus)
  await tx.delete(failedDocument).where(and(ofTask, inArray(failedDocument.documentId, oldest)))
}

export async function listFailedDocuments(
  db: PostgresJsDatabase,
  taskId: string,
  { after, limit, resolved = false, bodyLimit }: FailedDocumentQuery,
): Promise<FailedDocument[]> {
  if (!isTaskId(taskId)) return []
  const wanted = and(
    eq(failedDocument.taskId, taskId),
    resolved ? undefined : isNull(failedDocument.resolvedAt),
    after === undefined ? undefined : gt(failedDocument.documentId, checkRowId(after)),
  )
  return selectFailedDocuments(db, wanted, { bodyLimit, limit })
}

/** By ascending id. */
export async function selectFailedDocuments(
  db: PostgresJsDatabase,
  wanted: SQL | undefined,
  { bodyLimit, limit = maxFailedDocuments }: { bodyLimit?: number | undefined; limit?: number },
): Promise<FailedDocument[]> {
  const rows = await db
    .select({
      id: failedDocument.documentId,
      status: failedDocument.status,
      reason: failedDocument.reason,
      body: beginningOf(failedDocument.body, bodyLimit),
      bodyBytes: failedDocument.bodyBytes,
      failedAt: failedDocument.failedAt,
      resolvedAt: failedDocument.resolvedAt,
    })
    .from(failedDocument)
    .where(wanted)
    .orderBy(asc(failedDocument.documentId))
    .limit(limit)
  return rows.map(({ body, bodyBytes, failedAt, resolvedAt, ...rest }) => ({
    ...rest,
    ...showBody({ body: decodeJsonPrefix(body), bodyBytes }, { bodyLimit }),
    failed_at: failedAt,
    resolved_at: resolvedAt,
  }))
}

/** A body as JSON. Only the shown part is read, because a body may have megabytes. */
function beginningOf(body: AnyPgColumn, bodyLimit: number | undefined): SQL<string> {
  if (bodyLimit === undefined) return sql<string>`${body}::text`
  // An escaped quotation mark has two characters, and each string two quotes.
  return sql<string>`left(${body}::text, ${bodyLimit * 2 + 2}::int)`
}

export async function countFailedDocuments(db: PostgresJsDatabase, taskId: string): Promise<number> {
  if (!isTaskId(taskId)) return 0
  const [row] = await db
    .select({ documents: count() })
    .from(failedDocument)
    .where(and(eq(failedDocument.taskId, taskId), isNull(failedDocument.resolvedAt)))
  return row?.documents ?? 0
}
