import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { Lucia, TimeSpan, type Adapter } from 'lucia'
import type { Role } from '../../role.ts'
import { session, user, type Database } from '../database/index.ts'
import { hashSecret, newSecret } from './secret.ts'

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
  /** Of the session in this request's cookie. */
  sessionId: string
}

export interface SessionLimits {
  idleMinutes: number
  maxMinutes: number
}

const minuteMs = 60_000
/** Of what a browser says of itself; the rest is of no use. */
const maxUserAgentLength = 300

/** Lucia's sessions. Nothing outside this folder knows of Lucia. */
export function createSessions(db: Database, limits: SessionLimits, now: () => Date) {
  const adapter = new DrizzlePostgreSQLAdapter(db, session, user)
  const lucia = createLucia(adapter, limits)
  // A page that refreshes itself is no use: its requests must not keep a session alive.
  const observing = createLucia(withoutRenewal(adapter), limits)

  return {
    /** @returns the secret for the cookie: a new one at every sign-in */
    async create(userId: string, client: { address: string; userAgent: string }) {
      const secret = newSecret()
      const attributes = {
        ...client,
        userAgent: client.userAgent.slice(0, maxUserAgentLength),
        createdAt: now(),
      }
      await lucia.createSession(userId, attributes, { sessionId: hashSecret(secret) })
      return { secret, maxAgeSeconds: limits.maxMinutes * 60 }
    },

    /** @param options.isUse whether a person is behind it, which keeps the session from going idle */
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

    end: (sessionId: string) => lucia.invalidateSession(sessionId),
    endBySecret: (secret: string) => lucia.invalidateSession(hashSecret(secret)),
    endAll: (userId: string) => lucia.invalidateUserSessions(userId),
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
