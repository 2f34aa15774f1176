import fc from 'fast-check'
import type postgres from 'postgres'
import type { Phase } from '../../src/contract/index.ts'
import type { Commit } from './row-history.ts'

/** Operations of writers on a catalog. `row` and `other` pick rows by their position. */
type Operation = { row: number; other: number } & (
  | { kind: 'insert'; id: number }
  | { kind: 'update'; touches: boolean }
  | { kind: 'set flag'; mature: boolean; touches: boolean }
  | { kind: 'remove'; removed: boolean; touches: boolean }
  | { kind: 'change id'; id: number }
  | { kind: PlainKind }
)
type PlainKind = 'delete' | 'mark' | 'unmark' | 'swap maturity' | 'list as deleted' | 'take off the list'

export interface PlannedTransaction {
  operations: readonly Operation[]
  /** Each operation in its own savepoint, whose rows have their own transaction id. */
  savepoints: boolean
  commits: boolean
  /** Milliseconds before it starts. */
  waitMs: number
  /** Milliseconds, or the phase of the task, until which it stays open. */
  holdUntil: number | Phase | 'done'
}

const position = fc.nat(80)
const id = fc.integer({ min: -40, max: 260 })
const picked = { row: position, other: position }
const touches = fc.boolean()
const plain = (kind: PlainKind) => fc.record({ ...picked, kind: fc.constant(kind) })

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ ...picked, kind: fc.constant('insert' as const), id }) },
  { weight: 4, arbitrary: fc.record({ ...picked, kind: fc.constant('update' as const), touches }) },
  fc.record({ ...picked, kind: fc.constant('set flag' as const), mature: fc.boolean(), touches }),
  fc.record({ ...picked, kind: fc.constant('remove' as const), removed: fc.boolean(), touches }),
  fc.record({ ...picked, kind: fc.constant('change id' as const), id }),
  plain('delete'),
  { weight: 2, arbitrary: plain('mark') },
  { weight: 2, arbitrary: plain('unmark') },
  { weight: 2, arbitrary: plain('swap maturity') },
  plain('list as deleted'),
  plain('take off the list'),
)

function transaction(holdUntil: fc.Arbitrary<PlannedTransaction['holdUntil']>) {
  return fc.record({
    operations: fc.array(operation, { minLength: 1, maxLength: 5 }),
    savepoints: fc.boolean(),
    commits: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    waitMs: fc.nat(15),
    holdUntil,
  })
}

export const shortTransaction = transaction(fc.nat(30))
/** Starts before the task, and ends when the task has reached a phase. */
export const longTransaction = transaction(
  fc.constantFrom('loading', 'catching_up', 'verifying', 'restoring', 'done'),
)

/** Progress of the task that reads the rows. */
export interface TaskWatch {
  hasEnded(): boolean
  /** Resolves when the task is in a phase, or has ended. */
  reached(phase: Phase | 'done'): Promise<void>
}

/**
 * Runs transactions one after the other, repeatedly until the task has ended, over its own connection;
 * several writers run at the same time.
 */
export async function write(
  sql: postgres.Sql,
  transactions: readonly PlannedTransaction[],
  log: CommitLog,
  task: TaskWatch,
): Promise<void> {
  const connection = await sql.reserve()
  // Writers that wait for each other: one of them is soon rolled back.
  await connection`set deadlock_timeout = '10ms'`
  const pauseUntil = (until: number | Phase | 'done') =>
    typeof until === 'number' ? pause(until) : task.reached(until)
  try {
    for (let turn = 0; turn === 0 || !task.hasEnded(); turn++) {
      const planned = transactions[turn % transactions.length] as PlannedTransaction
      await pause(planned.waitMs)
      await connection`begin`
      try {
        for (const operation of planned.operations) {
          if (planned.savepoints) await connection`savepoint operation`
          await execute(connection, operation, log.nextVersion())
        }
        await pauseUntil(planned.holdUntil)
        if (planned.commits) await log.commit(connection)
        else await connection`rollback`
      } catch (error) {
        await connection`rollback`
        if (!isConflict(error)) throw error
      }
    }
  } finally {
    connection.release()
  }
}

export interface CommitLog {
  readonly commits: readonly Commit[]
  nextVersion(): number
  /** Commits the open transaction of a connection; one commit at a time, so that their order is known. */
  commit(connection: postgres.Sql): Promise<void>
}

export function createCommitLog(): CommitLog {
  const commits: Commit[] = []
  let version = 0
  let last: Promise<unknown> = Promise.resolve()
  return {
    commits,
    nextVersion: () => ++version,
    commit(connection) {
      const committing = last.then(async () => {
        const [{ xid }] = await connection<[{ xid: string }]>`select pg_current_xact_id()::text as xid`
        await connection`commit`
        const [{ now }] = await connection<[{ now: string }]>`
          select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`
        commits.push({ xid, committedBy: now })
      })
      last = committing.catch(() => undefined)
      return committing
    },
  }
}

/** Runs one operation in the open transaction of a connection. @param version is part of the written values */
export function execute(sql: postgres.Sql, operation: Operation, version: number): Promise<unknown> {
  const pick = (row: number, from = sql`image`) =>
    sql`(select id from ${from} order by id offset ${row}::int % greatest(1, (select count(*) from ${from})::int) limit 1)`
  const row = sql`id = ${pick(operation.row)}`
  const identifier = sql`(select identifier from image where ${row})`
  const touch = 'touches' in operation && operation.touches ? sql`, updated_on = clock_timestamp()` : sql``
  const title = `version ${version}`
  switch (operation.kind) {
    case 'insert':
      return sql`insert into image (id, title, updated_on, meta_data, tags, url)
        values (${operation.id}, ${title}, now() - interval '2 days', ${sql.json({ description: title })},
          ${sql.json([{ name: title }])}, 'https://example.org/a.JPG') on conflict do nothing`
    case 'update':
      return sql`update image set title = ${title} ${touch} where ${row}`
    case 'set flag':
      return sql`update image set title = ${title}, meta_data = ${sql.json({ mature: operation.mature })} ${touch} where ${row}`
    case 'remove':
      return sql`update image set title = ${title}, removed_from_source = ${operation.removed} ${touch} where ${row}`
    case 'change id':
      return sql`update image set id = ${operation.id}, title = ${title} where ${row}
        and not exists (select from image where id = ${operation.id})`
    case 'delete':
      return sql`delete from image where ${row}`
    case 'mark':
      return enter(sql, 'api_matureimage', identifier)
    case 'unmark':
      return takeOff(sql, 'api_matureimage', operation.row)
    case 'list as deleted':
      return enter(sql, 'api_deletedimage', identifier)
    case 'take off the list':
      return takeOff(sql, 'api_deletedimage', operation.row)
    case 'swap maturity':
      return takeOff(sql, 'api_matureimage', operation.row).then((taken) =>
        taken.length === 0 ? undefined : enter(sql, 'api_matureimage', identifier),
      )
  }
}

type Fragment = postgres.PendingQuery<postgres.Row[]>

/** Entries look older than they are: their time does not show when they were committed. */
function enter(sql: postgres.Sql, list: string, identifier: Fragment): Promise<unknown> {
  return sql`insert into ${sql(list)} (identifier, created_on)
    select identifier, now() - interval '2 days' from image where identifier = ${identifier}
    on conflict do nothing`
}

function takeOff(sql: postgres.Sql, list: string, entry: number): Promise<postgres.Row[]> {
  return sql`delete from ${sql(list)} where identifier = (select identifier from ${sql(list)} order by identifier
    offset ${entry}::int % greatest(1, (select count(*) from ${sql(list)})::int) limit 1) returning identifier`
}

/** SQLSTATE of a deadlock, and of a row that another writer inserted at the same moment. */
export function isConflict(error: unknown): boolean {
  return ['40P01', '23505'].includes(String((error as { code?: unknown }).code))
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
