import { and, desc, eq, gte, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { audit, type Database } from './database/index.ts'
import { sha256 } from './sha256.ts'

export const auditOutcomes = ['done', 'refused', 'failed'] as const

export interface AuditEntry {
  /** Name of the user; null: no user was signed in. */
  actor: string | null
  action: string
  subject: string | null
  outcome: (typeof auditOutcomes)[number]
  detail: Record<string, unknown>
  address: string
}

/** A transaction or the database itself. */
type Queries = Pick<Database, 'insert' | 'execute'>

/** A repeated refusal or failure within this time is counted in the first entry. */
const repeatWindowMs = 15 * 60_000
/** Maximum stored entries of refused and failed commands per actor, newest first; no actor counts as one. */
const maxUndone = 10_000
/** Maximum length of a subject and of each text in the detail, characters. */
const maxTextLength = 1_000

/** Postgres accepts NUL neither in text nor in jsonb, and visitors control the input. */
export const withoutNul = (text: string) => text.replaceAll('\0', '')

const toText = (text: string) => withoutNul(text).slice(0, maxTextLength).toWellFormed()

/**
 * The audit log: who did what, when, and from where. Entries of successful actions are only added. Refusals and
 * failures can be caused without an account and in any number, so repeats are counted in one entry, and the number of
 * entries is limited.
 */
export function createAuditLog(db: Database, now: () => Date) {
  return {
    /** @param tx the transaction of the action */
    async add(entry: AuditEntry, tx: Queries = db): Promise<void> {
      const at = now()
      const values = {
        ...entry,
        subject: entry.subject === null ? null : toText(entry.subject),
        detail: JSON.parse(JSON.stringify(entry.detail), (_, value: unknown) =>
          typeof value === 'string' ? toText(value) : value,
        ) as unknown,
        at,
      }
      if (entry.outcome === 'done') {
        await tx.insert(audit).values(values)
        return
      }
      const [row] = await tx
        .insert(audit)
        .values({ ...values, repeatKey: repeatKeyOf(entry, at) })
        .onConflictDoUpdate({
          target: audit.repeatKey,
          set: { times: sql`least(${audit.times}, 1000000000) + 1`, lastAt: at },
        })
        .returning({ times: audit.times })
      if (row?.times === 1) await removeOldUndone(tx, entry.actor)
    },

    /** Newest first; `before` is the id of the previous page's last entry. */
    async list({
      before,
      pageSize,
      ...filter
    }: AuditFilter & { before?: number | undefined; pageSize: number }) {
      const conditions = toConditions(filter)
      if (before !== undefined) conditions.push(lt(audit.id, before))
      // One more than requested shows whether there is another page.
      const rows = await db
        .select()
        .from(audit)
        .where(and(...conditions))
        .orderBy(desc(audit.id))
        .limit(pageSize + 1)
      const entries = rows.slice(0, pageSize).map(({ repeatKey: _, ...entry }) => entry)
      return { entries, nextBefore: rows.length > pageSize ? (entries.at(-1)?.id ?? null) : null }
    },
  }
}

/** Which entries; absent: all. */
export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  outcome?: AuditEntry['outcome'] | undefined
  /** Not before this time. */
  from?: Date | undefined
  /** Before this time. */
  to?: Date | undefined
}

function toConditions({ actor, action, outcome, from, to }: AuditFilter): SQL[] {
  return [
    ...(actor === undefined ? [] : [eq(audit.actor, actor)]),
    ...(action === undefined ? [] : [eq(audit.action, action)]),
    ...(outcome === undefined ? [] : [eq(audit.outcome, outcome)]),
    ...(from === undefined ? [] : [gte(audit.at, from)]),
    ...(to === undefined ? [] : [lt(audit.at, to)]),
  ]
}

function repeatKeyOf({ actor, action, subject, outcome, detail, address }: AuditEntry, at: Date): string {
  const window = Math.floor(at.getTime() / repeatWindowMs)
  const parts = [window, actor, action, subject, outcome, detail['code'] ?? null, address]
  return sha256(JSON.stringify(parts))
}

async function removeOldUndone(tx: Queries, actor: string | null): Promise<void> {
  const ofActor = actor === null ? isNull(audit.actor) : eq(audit.actor, actor)
  await tx.execute(sql`
    delete from ${audit} where id in (
      select id from ${audit} where outcome <> 'done' and ${ofActor} order by id desc offset ${maxUndone})`)
}
