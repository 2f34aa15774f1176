import { count, getTableName, sql } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { wasTooLong } from '../database/index.ts'
import { TableNotFoundError, TableReplacedError } from '../errors.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'

/** Tables up to this estimated number of rows are counted; for larger ones Postgres' estimate is used. */
const countedRows = 200_000

/**
 * Reads the OID of a model's table, which changes when the table is replaced under the same name.
 *
 * @throws TableNotFoundError for the table or one of the two beside it
 */
async function readTableOid(db: Database, model: Model): Promise<number> {
  const names = [model.table, model.deleted, model.mature].map((table) => {
    const { schema } = getTableConfig(table)
    return schema ? `"${schema}"."${getTableName(table)}"` : `"${getTableName(table)}"`
  })
  const rows = await db.execute<{ name: string; oid: string | null }>(
    sql`select name, to_regclass(name)::oid::text as oid from unnest(string_to_array(${names.join(',')}, ',')) with ordinality as t (name, n) order by n`,
  )
  const missing = rows.find((row) => row.oid === null)
  if (missing) throw new TableNotFoundError(missing.name.replaceAll('"', ''))
  return Number(rows[0]?.oid)
}

/** @throws TableReplacedError when the model's table no longer has that OID */
export async function checkTableOid(db: Database, model: Model, oid: number): Promise<void> {
  if ((await readTableOid(db, model)) !== oid) throw new TableReplacedError(model.name)
}

/** Smallest and largest id; null for an empty table. */
export async function readIdBounds(db: Database, model: Model): Promise<{ min: bigint; max: bigint } | null> {
  const { id } = model.table
  const [row] = await db
    .select({ min: sql<string | null>`min(${id})::text`, max: sql<string | null>`max(${id})::text` })
    .from(model.table)
  return row?.min == null || row.max == null ? null : { min: BigInt(row.min), max: BigInt(row.max) }
}

/** The number of rows: exact for a small table, Postgres' estimate for a large one. */
export async function estimateRows(db: Database, model: Model): Promise<number> {
  const estimate = await readPlannedRows(db, model)
  if (estimate > countedRows) return estimate
  try {
    const [exact] = await db.select({ rows: count() }).from(model.table)
    return exact?.rows ?? 0
  } catch (error) {
    // Only the progress depends on it, so a large table that was never analysed does not prevent a task from starting.
    if (!wasTooLong(error)) throw error
    return estimate
  }
}

const planSchema = z.array(z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })).min(1)

/**
 * The row estimate of Postgres' planner, from the current size on disk. Covers partitions and the tables below views.
 */
async function readPlannedRows(db: Database, { table }: Model): Promise<number> {
  const [row] = await db.execute(sql`explain (format json) select from ${table}`)
  const plan: unknown = row?.['QUERY PLAN']
  const [root] = planSchema.parse(typeof plan === 'string' ? JSON.parse(plan) : plan)
  return Math.round(root?.Plan['Plan Rows'] ?? 0)
}
