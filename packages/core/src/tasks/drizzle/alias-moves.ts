import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type {
  AliasMove,
  AliasMoveQuery,
  EarlierMoves,
  NewAliasMove,
  RequestedAliasMove,
} from '../model-lock.ts'
import { aliasMove } from '../history-schema.ts'
import { fromMoveToken, toMoveToken } from '../page-token.ts'
import { task } from '../schema.ts'
import { clock, fromNow } from './database-clock.ts'

export async function recordAliasMove(db: PostgresJsDatabase, move: NewAliasMove): Promise<void> {
  await db.insert(aliasMove).values({ ...move, movedAt: clock })
}

export async function lastAliasMove(db: PostgresJsDatabase, alias: string): Promise<AliasMove | null> {
  const [row] = await db
    .select()
    .from(aliasMove)
    .where(eq(aliasMove.alias, alias))
    .orderBy(desc(aliasMove.id))
    .limit(1)
  return row ? toAliasMove(row) : null
}

export async function recentAliasMoves(
  db: PostgresJsDatabase,
  model: string,
  withinMs: number,
): Promise<AliasMove[]> {
  const rows = await db
    .select()
    .from(aliasMove)
    .where(and(eq(aliasMove.model, model), gt(aliasMove.movedAt, fromNow(-withinMs))))
    .orderBy(desc(aliasMove.id))
  return rows.map(toAliasMove)
}

export async function listAliasMoves(
  db: PostgresJsDatabase,
  alias: string,
  { pageSize, pageToken }: AliasMoveQuery,
): Promise<{ moves: RequestedAliasMove[]; nextPageToken: string | null }> {
  const before = pageToken === undefined ? undefined : lt(aliasMove.id, fromMoveToken(pageToken))
  const rows = await db
    .select({ move: aliasMove, requestedBy: task.requestedBy })
    .from(aliasMove)
    .leftJoin(task, eq(task.id, aliasMove.taskId))
    .where(and(eq(aliasMove.alias, alias), before))
    .orderBy(desc(aliasMove.id))
    // One more than requested shows whether there is another page.
    .limit(pageSize + 1)
  const page = rows.slice(0, pageSize)
  const last = page.at(-1)
  return {
    moves: page.map(({ move, requestedBy }) => ({ ...toAliasMove(move), requestedBy })),
    nextPageToken: last && rows.length > pageSize ? toMoveToken(last.move.id) : null,
  }
}

export async function wasLive(
  db: PostgresJsDatabase,
  alias: string,
  { uuid, notOfTask }: EarlierMoves,
): Promise<boolean> {
  const isFrom = sql`exists (
    select 1 from json_array_elements(${aliasMove.from}) as target where target->>'uuid' = ${uuid})`
  const isTo = sql`${aliasMove.to}->>'uuid' = ${uuid}`
  const rows = await db
    .select({ id: aliasMove.id })
    .from(aliasMove)
    .where(and(eq(aliasMove.alias, alias), ne(aliasMove.taskId, notOfTask), or(isFrom, isTo)))
    .limit(1)
  return rows.length > 0
}

function toAliasMove({ id: _id, ...move }: typeof aliasMove.$inferSelect): AliasMove {
  return move
}
