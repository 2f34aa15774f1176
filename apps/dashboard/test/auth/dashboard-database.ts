import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { createAuth, type SignedInUser } from '../../src/lib/server/auth/index.ts'
import { connectDatabase, migrateDatabase, type Database } from '../../src/lib/server/database/index.ts'

export const password = 'correct horse battery staple'
export const home = { address: '192.0.2.1', userAgent: 'a browser' }
const limits = { idleMinutes: 120, maxMinutes: 720 }

export type Auth = ReturnType<typeof createAuth>

/** The dashboard's tables in their own database, and the auth module over them. */
export async function openDashboardDatabase(postgresUrl: string) {
  const database = await createTestDatabase(postgresUrl)
  const db = connectDatabase(database.url)
  await migrateDatabase(db)
  const now = () => new Date()
  return {
    db,
    now,
    auth: createAuth({ db, limits, now }),
    close: async () => {
      await closeConnections(db)
      await database.drop()
    },
  }
}

/** The client belongs to Drizzle, which exposes it under this name. */
function closeConnections(db: Database): Promise<void> {
  return (db as Database & { $client: { end(): Promise<void> } }).$client.end()
}

/** The user of a session. @throws Error if there is none */
export async function whoHas(auth: Auth, secret: string): Promise<SignedInUser> {
  const user = await auth.readSession(secret, { isUse: false })
  if (user === null) throw new Error('the session belongs to no user')
  return user
}
