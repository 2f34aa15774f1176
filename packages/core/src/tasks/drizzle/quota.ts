import { sql, type SQL } from 'drizzle-orm'
import { isOpen, task, workItem } from '../schema.ts'
import type { Quota, Lease, TaskLimits } from '../task-store.ts'
import { clock } from './database-clock.ts'
import type { Transaction } from './transaction.ts'

type InStage = Pick<Lease, 'taskId' | 'stage'>

/** Number of items of a stage with a valid lease. */
export function activeWorkersOf({ taskId, stage }: InStage): SQL<number> {
  return sql<number>`greatest(1, (
    select count(*) from ${workItem}
    where ${workItem.taskId} = ${taskId} and ${workItem.stage} = ${stage}
      and ${isOpen(workItem.doneAt)} and ${workItem.leaseUntil} > ${clock}
  ))::int`
}

/** For the statement that renews a lease. */
export function quotaOf(lease: InStage) {
  return {
    limits: sql<TaskLimits>`(
      select json_build_object('documentsPerSecond', ${task.documentsPerSecond}, 'inFlight', ${task.inFlight})
      from ${task} where ${task.id} = ${lease.taskId}
    )`,
    activeWorkers: activeWorkersOf(lease),
  }
}

/** The quota for limits that are already known. Without limits, active workers are not counted. */
export async function readQuota(
  tx: Transaction,
  { documentsPerSecond, inFlight }: TaskLimits,
  lease: InStage,
): Promise<Quota> {
  const isLimited = documentsPerSecond !== null || inFlight !== null
  const [row] = isLimited
    ? await tx.execute<{ activeWorkers: number }>(sql`select ${activeWorkersOf(lease)} as "activeWorkers"`)
    : []
  return { documentsPerSecond, inFlight, activeWorkers: row?.activeWorkers ?? 1 }
}
