import { randomUUID } from 'node:crypto'
import { asc, count, eq, sql } from 'drizzle-orm'
import type { Role } from '../../role.ts'
import { session, user, type Database } from '../database/index.ts'
import { LastAdminError, UnknownUserError, UserExistsError } from './errors.ts'
import { hashPassword } from './passwords.ts'

export interface NewUser {
  name: string
  password: string
  role: Role
}

/** A transaction or the database itself. */
export type Queries = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'execute'>

export async function countUsers(db: Queries): Promise<number> {
  const [row] = await db.select({ users: count() }).from(user)
  return row?.users ?? 0
}

/** @throws UserExistsError */
export async function createUser(db: Queries, { name, password, role }: NewUser, now: Date): Promise<string> {
  const [row] = await db
    .insert(user)
    .values({ id: randomUUID(), name, passwordHash: await hashPassword(password), role, createdAt: now })
    .onConflictDoNothing({ target: user.name })
    .returning({ id: user.id })
  if (!row) throw new UserExistsError(name)
  return row.id
}

/** Users by name, each with the number of its valid sessions. */
export function listUsers(db: Queries) {
  return db
    .select({
      id: user.id,
      name: user.name,
      role: user.role,
      createdAt: user.createdAt,
      lastSignInAt: user.lastSignInAt,
      sessions: sql<number>`(select count(*)::int from ${session} as s where s.user_id = ${user}.id and s.expires_at > now())`,
    })
    .from(user)
    .orderBy(asc(user.name))
}

/** @returns the name @throws UnknownUserError, LastAdminError */
export async function changeRole(tx: Queries, id: string, role: Role): Promise<string> {
  const found = await lockUser(tx, id)
  if (role !== 'admin') keepAnAdmin(found)
  await tx.update(user).set({ role }).where(eq(user.id, id))
  return found.name
}

/**
 * Also deletes the user's sessions and devices.
 *
 * @returns the name
 * @throws UnknownUserError, LastAdminError
 */
export async function deleteUser(tx: Queries, id: string): Promise<string> {
  const found = await lockUser(tx, id)
  keepAnAdmin(found)
  await tx.delete(user).where(eq(user.id, id))
  return found.name
}

/** Also locks all admins: if two demote each other at the same time, the second transaction must see the first. */
async function lockUser(tx: Queries, id: string) {
  const rows = await tx
    .select({ id: user.id, name: user.name, role: user.role })
    .from(user)
    .where(sql`${user.id} = ${id} or ${user.role} = 'admin'`)
    .orderBy(user.id)
    .for('update')
  const found = rows.find((row) => row.id === id)
  if (!found) throw new UnknownUserError()
  return { ...found, otherAdmins: rows.some((row) => row.role === 'admin' && row.id !== id) }
}

function keepAnAdmin({ role, name, otherAdmins }: { role: Role; name: string; otherAdmins: boolean }): void {
  if (role === 'admin' && !otherAdmins) throw new LastAdminError(name)
}
