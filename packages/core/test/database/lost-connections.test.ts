import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { connectPostgres } from '../../src/index.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { startTcpProxy, throughProxy } from '../support/tcp-proxy.ts'

const cuts = 10
const connections = 10
/** The database is available again immediately. Below the time limit of the test, so that it fails with the outcome. */
const patienceMs = 120_000

/**
 * A reset is reported as an error first, and as a closed connection shortly after. postgres.js 3.4.9 sent statements in
 * between, and responded to them without rows, or never, after it reconnected: patches/postgres@3.4.9.patch.
 */
test('a statement over a connection that was just lost is rejected, never resolved without its rows', async () => {
  const outcomes = new Map<string, number>()
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)

  for (let cut = 0; cut < cuts; cut++) {
    const proxy = await startTcpProxy(postgresUrl())
    const connection = connectPostgres(throughProxy(postgresUrl(), proxy), { maxConnections: connections })
    const readRow = (value: number) =>
      connection.db.execute<{ value: number }>(sql`select ${value}::int as value`)
    async function outcomeOf(value: number): Promise<string> {
      try {
        const rows = await Promise.race([readRow(value), delay(patienceMs, null, { ref: false })])
        if (rows === null) return 'no response'
        return rows.length === 1 && rows[0]?.value === value ? 'right' : `rows ${JSON.stringify(rows)}`
      } catch {
        return 'rejected'
      }
    }
    async function queryUntilResponse(value: number): Promise<void> {
      for (let attempt = 1; ; attempt++) {
        const outcome = await outcomeOf(value)
        count(outcome)
        if (outcome !== 'rejected') return
        // First without a delay, which is before the closed connections are noticed.
        if (attempt > 10) await delay(1)
      }
    }
    const queryAll = () => Promise.all(Array.from({ length: connections }, (_, value) => readRow(value)))

    try {
      // All connections are open, and most of them idle.
      await queryAll()
      const queries = [0, 1, 2].map(queryUntilResponse)
      await new Promise((resolve) => setImmediate(resolve))
      proxy.cut()
      proxy.restore()
      await Promise.all(queries)
      if ([...outcomes.keys()].some((outcome) => outcome !== 'rejected' && outcome !== 'right')) break
      await queryAll()
    } finally {
      await connection.close(0)
      await proxy.stop()
    }
  }
  expect([...outcomes.keys()].sort()).toEqual(['rejected', 'right'])
})
