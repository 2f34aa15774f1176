import { and, eq, gt, sql } from 'drizzle-orm'
import { device, user, type Database } from '../database/index.ts'
import { hashSecret, newSecret } from './secret.ts'
import type { Queries } from './users.ts'

/** Lifetime of the cookie from the last sign-in. */
export const deviceLifetimeSeconds = 180 * 86_400
/** Each device has its own attempts, so the number of devices limits how often a password can be guessed. */
const maxDevicesPerUser = 10

/**
 * Browsers that have signed in before. The cookie of a device grants no access; it selects which attempts are counted.
 */
export function createDevices(db: Database, now: () => Date) {
  const oldest = () => new Date(now().getTime() - deviceLifetimeSeconds * 1_000)

  return {
    /** @returns the key for counting the device's attempts; null: no sign-in as `name` was made with this cookie */
    async find(secret: string | undefined, name: string): Promise<string | null> {
      if (secret === undefined) return null
      const id = hashSecret(secret)
      const rows = await db
        .select({ userId: user.id })
        .from(device)
        .innerJoin(user, eq(user.id, device.userId))
        .where(and(eq(device.id, id), eq(user.name, name), gt(device.lastUsedAt, oldest())))
      return rows[0] === undefined ? null : `${id}:${rows[0].userId}`
    },

    /**
     * Records that the user signed in from a device.
     *
     * @param former the cookie of the request; kept if any user has signed in with it, because people share devices
     * @returns the secret for the cookie
     */
    async remember(tx: Queries, userId: string, former: string | undefined): Promise<string> {
      const secret = former !== undefined && (await isIssued(tx, former)) ? former : newSecret()
      const row = { id: hashSecret(secret), userId, lastUsedAt: now() }
      await tx
        .insert(device)
        .values(row)
        .onConflictDoUpdate({ target: [device.id, device.userId], set: { lastUsedAt: row.lastUsedAt } })
      await tx.execute(sql`
        delete from ${device} where user_id = ${userId} and (
          last_used_at <= ${oldest().toISOString()}::timestamptz or id not in (
            select id from ${device} where user_id = ${userId}
            order by last_used_at desc, id limit ${maxDevicesPerUser}))`)
      return secret
    },
  }
}

/** An unknown cookie may have been planted by an attacker, who knows its value. */
async function isIssued(tx: Queries, secret: string): Promise<boolean> {
  const rows = await tx
    .select({ id: device.id })
    .from(device)
    .where(eq(device.id, hashSecret(secret)))
    .limit(1)
  return rows.length > 0
}
