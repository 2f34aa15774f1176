import { setTimeout as delay } from 'node:timers/promises'
import type { Phase } from '@ingestion-server/core'
import type postgres from 'postgres'
import type { TaskWatch } from '@ingestion-server/core/testing/random-writers.ts'
import { clearHistory } from '@ingestion-server/core/testing/row-history.ts'
import type { CommitLog } from '../oracle/commit-log.ts'
import type { Testbed } from '../testbed/testbed.ts'

/** Replaces the rows of the catalog, some of them mature, some deleted. */
export async function fillCatalog(sql: postgres.Sql, rows: number, log: CommitLog): Promise<void> {
  await clearHistory(sql)
  const connection = await sql.reserve()
  try {
    await connection`begin`
    await connection`insert into image (id, title, updated_on, meta_data, tags, url)
      select n * 3, 'row ' || n, now() - interval '2 days', jsonb_build_object('description', n::text, 'mature', n % 7 = 0),
        '[{"name": "tag"}]', 'https://example.org/' || n || '.png' from generate_series(1, ${rows}::int) n`
    await connection`insert into api_matureimage (identifier, created_on)
      select identifier, now() - interval '2 days' from image where id % 5 = 0`
    await connection`insert into api_deletedimage (identifier, created_on)
      select identifier, now() - interval '2 days' from image where id % 13 = 0`
    await log.commit(connection, (statement) => statement)
  } finally {
    connection.release()
  }
}

const order: readonly (Phase | 'done')[] = [
  ...(['planning', 'loading', 'catching_up', 'verifying', 'mending', 'restoring', 'done'] as const),
]

/** The phase of the newest task, for writers that wait for a phase. */
export function watchNewestTask(testbed: Testbed): TaskWatch & { end(): void } {
  let hasEnded = false
  async function readPhase(): Promise<string | undefined> {
    const rows = await testbed.sql()<{ phase: string }[]>`
      select phase from ingestion.task order by created_at desc limit 1`.catch(() => [])
    return rows[0]?.phase
  }
  return {
    hasEnded: () => hasEnded,
    async reached(phase) {
      // A phase may have ended before it is checked.
      const isReached = async () => order.indexOf((await readPhase()) as Phase) >= order.indexOf(phase)
      while (!hasEnded && !(await isReached())) await delay(20)
    },
    end() {
      hasEnded = true
    },
  }
}

/** `as_of` of a task with all its microseconds. */
export async function readAsOf(sql: postgres.Sql, taskId: string): Promise<string> {
  const [row] = await sql<{ as_of: string }[]>`
    select to_char(as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as as_of
    from ingestion.task where id = ${taskId}`
  if (!row?.as_of) throw new Error(`task ${taskId} has no as_of`)
  return row.as_of
}
