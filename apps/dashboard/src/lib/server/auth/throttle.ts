import { lt, inArray, sql } from 'drizzle-orm'
import { throttle, type Database } from '../database/index.ts'

const windowMs = 15 * 60_000
/** Attempts within a window. People share addresses, so an address gets more than an account. */
const maxAttempts = { account: 10, address: 50 }

export type Attempt = { allowed: true } | { allowed: false; retryAfterMs: number }

/**
 * Counts an attempt to sign in before its password is looked at, so that attempts at the same moment are counted
 * too. What comes after the last allowed one doesn't prolong the window: nobody can be locked out for ever.
 */
export async function countAttempt(
  db: Database,
  { account, address }: { account: string; address: string },
  now: Date,
): Promise<Attempt> {
  const oldest = new Date(now.getTime() - windowMs)
  const rows = await db
    .insert(throttle)
    .values([
      { key: accountKey(account), attempts: 1, windowStartedAt: now },
      { key: addressKey(address), attempts: 1, windowStartedAt: now },
    ])
    .onConflictDoUpdate({
      target: throttle.key,
      set: {
        attempts: sql`case when ${lt(throttle.windowStartedAt, oldest)} then 1 else ${throttle.attempts} + 1 end`,
        windowStartedAt: sql`case when ${lt(throttle.windowStartedAt, oldest)} then excluded.window_started_at else ${throttle.windowStartedAt} end`,
      },
    })
    .returning()
  const waits = rows
    .filter(
      ({ key, attempts }) =>
        attempts > (key.startsWith('account:') ? maxAttempts.account : maxAttempts.address),
    )
    .map(({ windowStartedAt }) => windowStartedAt.getTime() + windowMs - now.getTime())
  return waits.length === 0 ? { allowed: true } : { allowed: false, retryAfterMs: Math.max(...waits) }
}

/** Who signed in has guessed nothing: the account starts anew, and the address gets its attempt back. */
export async function forgiveAttempts(
  db: Database,
  { account, address }: { account: string; address: string },
  now: Date,
): Promise<void> {
  await db.delete(throttle).where(inArray(throttle.key, [accountKey(account)]))
  await db
    .update(throttle)
    .set({ attempts: sql`greatest(0, ${throttle.attempts} - 1)` })
    .where(inArray(throttle.key, [addressKey(address)]))
  // What has lapsed is of no use to anybody.
  await db.delete(throttle).where(lt(throttle.windowStartedAt, new Date(now.getTime() - windowMs)))
}

const accountKey = (account: string) => `account:${account}`
const addressKey = (address: string) => `address:${address}`
