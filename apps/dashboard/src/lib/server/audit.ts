import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import { audit, type Database } from './database/index.ts'

export interface AuditEntry {
  /** Name of the user; null: nobody was signed in. */
  actor: string | null
  action: string
  subject: string | null
  outcome: 'done' | 'refused'
  detail: Record<string, unknown>
  address: string
}

/** Postgres takes a NUL neither in text nor in jsonb, and what is noted here may come from anybody. */
export const withoutNul = (text: string) => text.replaceAll('\0', '')

/** Who did what, from where, when. Entries are only added. */
export function createAuditLog(db: Database, now: () => Date) {
  return {
    async add(entry: AuditEntry): Promise<void> {
      await db.insert(audit).values({
        ...entry,
        subject: entry.subject === null ? null : withoutNul(entry.subject),
        detail: JSON.parse(JSON.stringify(entry.detail), (_, value: unknown) =>
          typeof value === 'string' ? withoutNul(value) : value,
        ) as unknown,
        at: now(),
      })
    },

    /** Newest first; `before` is the id of the last entry of the page before. */
    async list(query: { actor?: string | undefined; before?: number | undefined; pageSize: number }) {
      const conditions: SQL[] = []
      if (query.actor !== undefined) conditions.push(eq(audit.actor, query.actor))
      if (query.before !== undefined) conditions.push(lt(audit.id, query.before))
      // One more than asked for tells whether there is another page.
      const rows = await db
        .select()
        .from(audit)
        .where(and(...conditions))
        .orderBy(desc(audit.id))
        .limit(query.pageSize + 1)
      const entries = rows.slice(0, query.pageSize)
      return { entries, nextBefore: rows.length > query.pageSize ? (entries.at(-1)?.id ?? null) : null }
    },
  }
}
