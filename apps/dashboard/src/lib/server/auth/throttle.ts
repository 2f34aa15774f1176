import { eq, lt, sql } from 'drizzle-orm'
import { throttle, type Database } from '../database/index.ts'

const windowMs = 15 * 60_000
/** Maximum failed attempts within a window. Addresses are shared, so an address gets more than an account. */
const maxAttempts = { known: 10, account: 10, address: 50 }
/**
 * Maximum rows, because attempts from thousands of addresses must not fill the disk: the oldest windows are removed.
 */
const maxRows = 10_000

type Limit = keyof typeof maxAttempts

/** The source of an attempt: a stranger, or a client known by its device cookie or its session. */
export type Guesser = { kind: 'stranger'; account: string; address: string } | { kind: 'known'; key: string }

export type Attempt = { allowed: true } | { allowed: false; limit: Limit; retryAfterMs: number }

/**
 * Counts an attempt before its password is checked, so that concurrent attempts are counted too. Attempts beyond the
 * limit don't prolong the window.
 *
 * Strangers share the attempts of an account and those of their address. A device that has signed in before has its own
 * attempts, which strangers can't use up:
 * https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export async function countAttempt(db: Database, guesser: Guesser, now: Date): Promise<Attempt> {
  if (guesser.kind === 'known') return count(db, 'known', guesser.key, now)
  // A throttled address adds no more account rows.
  const attempt = await count(db, 'address', guesser.address, now)
  return attempt.allowed ? count(db, 'account', guesser.account, now) : attempt
}

async function count(db: Database, limit: Limit, name: string, now: Date): Promise<Attempt> {
  const oldest = new Date(now.getTime() - windowMs)
  const [row] = await db
    .insert(throttle)
    .values({ key: `${limit}:${name}`, attempts: 1, windowStartedAt: now })
    .onConflictDoUpdate({
      target: throttle.key,
      set: {
        attempts: sql`case when ${lt(throttle.windowStartedAt, oldest)} then 1 else least(${throttle.attempts}, 1000000) + 1 end`,
        windowStartedAt: sql`case when ${lt(throttle.windowStartedAt, oldest)} then excluded.window_started_at else ${throttle.windowStartedAt} end`,
      },
    })
    .returning()
  if (!row) throw new Error('an upsert gave no row')
  if (row.attempts === 1) await removeOld(db, oldest)
  if (row.attempts <= maxAttempts[limit]) return { allowed: true }
  return { allowed: false, limit, retryAfterMs: row.windowStartedAt.getTime() + windowMs - now.getTime() }
}

/** Skips rows that another attempt is updating. */
async function removeOld(db: Database, oldest: Date): Promise<void> {
  await db.execute(sql`
    delete from ${throttle} where key in (
      select key from ${throttle}
      where window_started_at < greatest(
        ${oldest.toISOString()}::timestamptz,
        (select window_started_at from ${throttle} order by window_started_at desc offset ${maxRows - 1} limit 1)
      )
      for update skip locked
    )`)
}

/**
 * Resets the count after a sign-in, only for the same kind of source: a sign-in from a known device gives strangers no
 * more attempts. The address gets its attempt back.
 */
export async function forgiveAttempts(db: Database, guesser: Guesser): Promise<void> {
  if (guesser.kind === 'known') {
    await db.delete(throttle).where(eq(throttle.key, `known:${guesser.key}`))
    return
  }
  await db.delete(throttle).where(eq(throttle.key, `account:${guesser.account}`))
  await db
    .update(throttle)
    .set({ attempts: sql`greatest(0, ${throttle.attempts} - 1)` })
    .where(eq(throttle.key, `address:${guesser.address}`))
}
