import { and, desc, eq, gt } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { AliasMove, NewAliasMove } from '../model-lock.ts'
import { aliasMove } from '../history-schema.ts'
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

function toAliasMove({ id: _id, ...move }: typeof aliasMove.$inferSelect): AliasMove {
  return move
}
