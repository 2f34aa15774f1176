import { inTransaction } from '@ingestion-server/core/database'
import { and, eq } from 'drizzle-orm'
import type { Role } from '../../role.ts'
import { setup, user, type Database } from '../database/index.ts'
import { addressGroup } from './address-group.ts'
import { createDevices } from './devices.ts'
import { SetupLinkError, ThrottledError, UnknownUserError, WrongPasswordError } from './errors.ts'
import { createPasswordVerifier, hashPassword } from './passwords.ts'
import { hashSecret, newSecret } from './secret.ts'
import { createSessions, type SessionLimits } from './sessions.ts'
import { countAttempt, forgiveAttempts, type Guesser } from './throttle.ts'
import {
  changeRole,
  countUsers,
  createUser,
  deleteUser,
  listUsers,
  type NewUser,
  type Queries,
} from './users.ts'

/** The origin of a request, as stored with a session. */
export interface ClientFacts {
  address: string
  userAgent: string
}

/** The value of the session cookie. */
export interface NewSession {
  secret: string
  maxAgeSeconds: number
}

/** A session that started with a sign-in, and the value of its device cookie. */
export interface SignedIn extends NewSession {
  deviceSecret: string
}

/** The cookie secrets that a sign-in request contained. */
export interface FormerCookies {
  session?: string | undefined
  device?: string | undefined
}

/** Called in the transaction of a change, before it commits, so that both are stored or neither. */
export type OnDone = (tx: Queries) => Promise<void>

const noRecord: OnDone = async () => undefined

export type Auth = ReturnType<typeof createAuth>

/** Users, passwords, sessions: the dashboard's only authentication module. */
export function createAuth({ db, limits, now }: { db: Database; limits: SessionLimits; now: () => Date }) {
  const sessions = createSessions(db, limits, now)
  const devices = createDevices(db, now)
  const verifyPassword = createPasswordVerifier()

  /** @throws WrongPasswordError, ThrottledError */
  async function checkPassword(name: string, password: string, guesser: Guesser) {
    const attempt = await countAttempt(db, guesser, now())
    if (!attempt.allowed) throw new ThrottledError(attempt.limit, attempt.retryAfterMs)
    const [found] = await db.select().from(user).where(eq(user.name, name))
    const matches = await verifyPassword(found?.passwordHash, password)
    if (!found || !matches) throw new WrongPasswordError('the name or the password is wrong')
    await forgiveAttempts(db, guesser)
    return found
  }

  /** A change that a password check allowed must not happen after the password was changed. */
  async function updateChecked(
    tx: Queries,
    { id, passwordHash }: { id: string; passwordHash: string },
    change: { lastSignInAt: Date } | { passwordHash: string },
  ): Promise<void> {
    const rows = await tx
      .update(user)
      .set(change)
      .where(and(eq(user.id, id), eq(user.passwordHash, passwordHash)))
      .returning({ id: user.id })
    if (rows.length === 0) throw new WrongPasswordError('the name or the password is wrong')
  }

  return {
    readSession: sessions.read,
    listSessions: sessions.list,

    /**
     * @param former its session ends, and the session's id is never used again
     * @throws WrongPasswordError, ThrottledError
     */
    async signIn(
      { name, password }: { name: string; password: string },
      client: ClientFacts,
      former: FormerCookies = {},
      onDone = noRecord,
    ): Promise<SignedIn> {
      const key = await devices.find(former.device, name)
      const stranger = { kind: 'stranger', account: name, address: addressGroup(client.address) } as const
      const guesser: Guesser = key === null ? stranger : { kind: 'known', key }
      const found = await checkPassword(name, password, guesser)
      await sessions.forgetExpired()
      return inTransaction(db, async (tx) => {
        await updateChecked(tx, found, { lastSignInAt: now() })
        if (former.session !== undefined) await sessions.endBySecret(tx, former.session)
        const deviceSecret = await devices.remember(tx, found.id, former.device)
        const session = await sessions.create(tx, found.id, client)
        await onDone(tx)
        return { ...session, deviceSecret }
      })
    },

    signOut: (sessionId: string, onDone = noRecord) =>
      inTransaction(db, async (tx) => {
        await sessions.end(tx, sessionId)
        await onDone(tx)
      }),
    /** Ends one of the user's sessions, in another browser. @returns false: it had ended before */
    signOutSession: (userId: string, sessionId: string, onDone = noRecord) =>
      inTransaction(db, async (tx) => {
        const isEnded = await sessions.endOwn(tx, userId, sessionId)
        if (isEnded) await onDone(tx)
        return isEnded
      }),
    signOutEverywhere: (userId: string, onDone = noRecord) =>
      inTransaction(db, async (tx) => {
        await sessions.endAll(tx, userId)
        await onDone(tx)
      }),

    /**
     * Ends all other sessions: a password is often changed because it was leaked.
     *
     * @throws WrongPasswordError, ThrottledError
     */
    async changePassword(
      { id, name }: { id: string; name: string },
      { current, next }: { current: string; next: string },
      client: ClientFacts,
      onDone = noRecord,
    ): Promise<NewSession> {
      const found = await checkPassword(name, current, { kind: 'known', key: `user:${id}` })
      const passwordHash = await hashPassword(next)
      return inTransaction(db, async (tx) => {
        await updateChecked(tx, found, { passwordHash })
        await sessions.endAll(tx, id)
        const session = await sessions.create(tx, id, client)
        await onDone(tx)
        return session
      })
    },

    hasUsers: async () => (await countUsers(db)) > 0,
    listUsers: () => listUsers(db),
    /** @returns the id @throws UserExistsError */
    createUser: (newUser: NewUser, onDone = noRecord) =>
      inTransaction(db, async (tx) => {
        const id = await createUser(tx, newUser, now())
        await onDone(tx)
        return id
      }),
    /**
     * Ends the user's sessions, so that no open page shows more than the new role allows.
     *
     * @returns the name
     * @throws UnknownUserError, LastAdminError
     */
    changeRole: (id: string, role: Role, onDone = noRecord) =>
      inTransaction(db, async (tx) => {
        const name = await changeRole(tx, id, role)
        await sessions.endAll(tx, id)
        await onDone(tx)
        return name
      }),
    /** @returns the name @throws UnknownUserError, LastAdminError */
    deleteUser: (id: string, onDone = noRecord) =>
      inTransaction(db, async (tx) => {
        const name = await deleteUser(tx, id)
        await onDone(tx)
        return name
      }),
    /** Lets an admin reset a forgotten password of another user. @returns the name @throws UnknownUserError */
    async setPassword(id: string, password: string, onDone = noRecord): Promise<string> {
      const passwordHash = await hashPassword(password)
      return inTransaction(db, async (tx) => {
        const [row] = await tx
          .update(user)
          .set({ passwordHash })
          .where(eq(user.id, id))
          .returning({ name: user.name })
        if (!row) throw new UnknownUserError()
        await sessions.endAll(tx, id)
        await onDone(tx)
        return row.name
      })
    },

    /** @returns the secret of a new set-up link, which replaces any older one; null: users exist already */
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

    /** Creates the first user, an admin. @throws SetupLinkError */
    setUp: (
      secret: string,
      newUser: Omit<NewUser, 'role'>,
      client: ClientFacts,
      onDone = noRecord,
    ): Promise<SignedIn> =>
      inTransaction(db, async (tx) => {
        // Deleting locks the row: if two requests use the link at once, the second finds it deleted.
        const used = await tx
          .delete(setup)
          .where(eq(setup.tokenHash, hashSecret(secret)))
          .returning()
        if (used.length === 0 || (await countUsers(tx)) > 0) {
          throw new SetupLinkError('this link was used, or a later start replaced it')
        }
        const userId = await createUser(tx, { ...newUser, role: 'admin' }, now())
        await tx.update(user).set({ lastSignInAt: now() }).where(eq(user.id, userId))
        const deviceSecret = await devices.remember(tx, userId, undefined)
        const session = await sessions.create(tx, userId, client)
        await onDone(tx)
        return { ...session, deviceSecret }
      }),
  }
}
