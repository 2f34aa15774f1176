import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { and, eq } from 'drizzle-orm'
import { Lucia, TimeSpan, type Adapter } from 'lucia'
import type { Role } from '../../role.ts'
import { session, user, type Database } from '../database/index.ts'
import { hashSecret, newSecret } from './secret.ts'
import type { Queries } from './users.ts'

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>
    DatabaseUserAttributes: { name: string; role: Role }
    DatabaseSessionAttributes: { createdAt: Date; address: string; userAgent: string }
  }
}

export interface SignedInUser {
  id: string
  name: string
  role: Role
  /** Id of the session of this request's cookie. */
  sessionId: string
}

export interface SessionLimits {
  idleMinutes: number
  maxMinutes: number
}

const minuteMs = 60_000
/** Maximum length of the stored User-Agent. */
const maxUserAgentLength = 300

/** Lucia's sessions. Only this folder depends on Lucia. */
export function createSessions(db: Database, limits: SessionLimits, now: () => Date) {
  const adapter = new DrizzlePostgreSQLAdapter(db, session, user)
  const lucia = createLucia(adapter, limits)
  // A page's automatic requests don't count as use: they must not keep a session alive.
  const observing = createLucia(withoutRenewal(adapter), limits)

  return {
    /** @returns the secret for the cookie: a new one at every sign-in */
    async create(tx: Queries, userId: string, client: { address: string; userAgent: string }) {
      const secret = newSecret()
      const createdAt = now()
      await tx.insert(session).values({
        id: hashSecret(secret),
        userId,
        expiresAt: new Date(createdAt.getTime() + limits.idleMinutes * minuteMs),
        createdAt,
        address: client.address,
        userAgent: client.userAgent.slice(0, maxUserAgentLength),
      })
      return { secret, maxAgeSeconds: limits.maxMinutes * 60 }
    },

    /** @param options.isUse whether a person caused the request, which prevents the session from expiring */
    async read(secret: string, { isUse }: { isUse: boolean }): Promise<SignedInUser | null> {
      const found = await (isUse ? lucia : observing).validateSession(hashSecret(secret))
      if (found.session === null) return null
      if (now().getTime() >= found.session.createdAt.getTime() + limits.maxMinutes * minuteMs) {
        await lucia.invalidateSession(found.session.id)
        return null
      }
      const { id, name, role } = found.user
      return { id, name, role, sessionId: found.session.id }
    },

    end: (tx: Queries, sessionId: string) => tx.delete(session).where(eq(session.id, sessionId)),
    /** @returns whether the user had such a session */
    async endOwn(tx: Queries, userId: string, sessionId: string): Promise<boolean> {
      const isOwn = and(eq(session.id, sessionId), eq(session.userId, userId))
      return (await tx.delete(session).where(isOwn).returning({ id: session.id })).length > 0
    },
    endBySecret: (tx: Queries, secret: string) =>
      tx.delete(session).where(eq(session.id, hashSecret(secret))),
    endAll: (tx: Queries, userId: string) => tx.delete(session).where(eq(session.userId, userId)),
    list: (userId: string) => lucia.getUserSessions(userId),
    forgetExpired: () => lucia.deleteExpiredSessions(),
  }
}

function createLucia(adapter: Adapter, limits: SessionLimits) {
  return new Lucia(adapter, {
    sessionExpiresIn: new TimeSpan(limits.idleMinutes, 'm'),
    getUserAttributes: ({ name, role }) => ({ name, role }),
    getSessionAttributes: ({ createdAt, address, userAgent }) => ({ createdAt, address, userAgent }),
  })
}

function withoutRenewal(adapter: Adapter): Adapter {
  return {
    getSessionAndUser: (id) => adapter.getSessionAndUser(id),
    getUserSessions: (id) => adapter.getUserSessions(id),
    setSession: (value) => adapter.setSession(value),
    updateSessionExpiration: async () => undefined,
    deleteSession: (id) => adapter.deleteSession(id),
    deleteUserSessions: (id) => adapter.deleteUserSessions(id),
    deleteExpiredSessions: () => adapter.deleteExpiredSessions(),
  }
}
