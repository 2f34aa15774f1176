import { inTransaction } from '@ingestion-server/core/database'
import { eq } from 'drizzle-orm'
import type { Role } from '../../role.ts'
import { setup, user, type Database } from '../database/index.ts'
import { SetupLinkError, ThrottledError, WrongPasswordError } from './errors.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { hashSecret, newSecret } from './secret.ts'
import { createSessions, type SessionLimits } from './sessions.ts'
import { countAttempt, forgiveAttempts } from './throttle.ts'
import { changeRole, countUsers, createUser, deleteUser, listUsers, type NewUser } from './users.ts'

/** Where a request comes from, as kept with a session. */
export interface ClientFacts {
  address: string
  userAgent: string
}

/** What goes into the session's cookie. */
export interface NewSession {
  secret: string
  maxAgeSeconds: number
}

/** Users, passwords, sessions: the one place that the rest of the dashboard asks who somebody is. */
export function createAuth({ db, limits, now }: { db: Database; limits: SessionLimits; now: () => Date }) {
  const sessions = createSessions(db, limits, now)

  /** @throws WrongPasswordError, ThrottledError */
  async function checkPassword(name: string, password: string, address: string) {
    const attempt = await countAttempt(db, { account: name, address }, now())
    if (!attempt.allowed) throw new ThrottledError(attempt.retryAfterMs)
    const [found] = await db.select().from(user).where(eq(user.name, name))
    const matches = await verifyPassword(found?.passwordHash, password)
    if (!found || !matches) throw new WrongPasswordError('the name or the password is wrong')
    await forgiveAttempts(db, { account: name, address }, now())
    return found
  }

  return {
    readSession: sessions.read,
    listSessions: sessions.list,

    /**
     * @param formerSecret of the cookie that came along; its session ends, and its id is never used again
     * @throws WrongPasswordError, ThrottledError
     */
    async signIn(
      { name, password }: { name: string; password: string },
      client: ClientFacts,
      formerSecret: string | undefined,
    ): Promise<NewSession> {
      const found = await checkPassword(name, password, client.address)
      if (formerSecret !== undefined) await sessions.endBySecret(formerSecret)
      await db.update(user).set({ lastSignInAt: now() }).where(eq(user.id, found.id))
      await sessions.forgetExpired()
      return sessions.create(found.id, client)
    },

    signOut: sessions.end,
    signOutEverywhere: sessions.endAll,

    /**
     * All other sessions end: a password is often changed because somebody else knows it.
     * @throws WrongPasswordError, ThrottledError
     */
    async changePassword(
      { id, name }: { id: string; name: string },
      { current, next }: { current: string; next: string },
      client: ClientFacts,
    ): Promise<NewSession> {
      await checkPassword(name, current, client.address)
      await db
        .update(user)
        .set({ passwordHash: await hashPassword(next) })
        .where(eq(user.id, id))
      await sessions.endAll(id)
      return sessions.create(id, client)
    },

    hasUsers: async () => (await countUsers(db)) > 0,
    listUsers: () => listUsers(db),
    createUser: (newUser: NewUser) => createUser(db, newUser, now()),
    /** Sessions end, so that no page is open that shows more than the new role may see. */
    async changeRole(id: string, role: Role) {
      const name = await changeRole(db, id, role)
      await sessions.endAll(id)
      return name
    },
    deleteUser: (id: string) => deleteUser(db, id),
    /** Another admin's way to help somebody who forgot it. */
    async setPassword(id: string, password: string): Promise<string | null> {
      const [row] = await db
        .update(user)
        .set({ passwordHash: await hashPassword(password) })
        .where(eq(user.id, id))
        .returning({ name: user.name })
      await sessions.endAll(id)
      return row?.name ?? null
    },

    /** @returns the secret of a new set-up link, which replaces any older; null: there are users already */
    async prepareSetup(): Promise<string | null> {
      if ((await countUsers(db)) > 0) return null
      const secret = newSecret()
      const tokenHash = hashSecret(secret)
      await db
        .insert(setup)
        .values({ tokenHash })
        .onConflictDoUpdate({ target: setup.id, set: { tokenHash } })
      return secret
    },

    async isSetupLink(secret: string): Promise<boolean> {
      const rows = await db
        .select()
        .from(setup)
        .where(eq(setup.tokenHash, hashSecret(secret)))
      return rows.length === 1 && (await countUsers(db)) === 0
    },

    /** Makes the first user, an admin. @throws SetupLinkError */
    async setUp(secret: string, newUser: Omit<NewUser, 'role'>, client: ClientFacts): Promise<NewSession> {
      const userId = await inTransaction(db, async (tx) => {
        // Deleting locks the row: of two that use the link at once, one finds it gone.
        const used = await tx
          .delete(setup)
          .where(eq(setup.tokenHash, hashSecret(secret)))
          .returning()
        if (used.length === 0 || (await countUsers(tx)) > 0) {
          throw new SetupLinkError('this link was used, or replaced by one that a later start printed')
        }
        return createUser(tx, { ...newUser, role: 'admin' }, now())
      })
      await db.update(user).set({ lastSignInAt: now() }).where(eq(user.id, userId))
      return sessions.create(userId, client)
    },
  }
}
