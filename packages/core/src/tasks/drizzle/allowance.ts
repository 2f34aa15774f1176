import { sql, type SQL } from 'drizzle-orm'
import { isOpen, task, workItem } from '../schema.ts'
import type { Allowance, Lease, TaskLimits } from '../task-store.ts'
import { clock } from './database-clock.ts'
import type { Transaction } from './transaction.ts'

type InStage = Pick<Lease, 'taskId' | 'stage'>

/** Items of a stage that somebody works on at this moment. */
function sharersOf({ taskId, stage }: InStage): SQL<number> {
  return sql<number>`greatest(1, (
    select count(*) from ${workItem}
    where ${workItem.taskId} = ${taskId} and ${workItem.stage} = ${stage}
      and ${isOpen(workItem.doneAt)} and ${workItem.leaseUntil} > ${clock}
  ))::int`
}

/** For the statement that renews a lease. */
export function allowanceOf(lease: InStage) {
  return {
    limits: sql<TaskLimits>`(
      select json_build_object('documentsPerSecond', ${task.documentsPerSecond}, 'inFlight', ${task.inFlight})
      from ${task} where ${task.id} = ${lease.taskId}
    )`,
    sharers: sharersOf(lease),
  }
}

/** The allowance where the limits are known already. Without limits, the sharers are not counted. */
export async function readAllowance(
  tx: Transaction,
  { documentsPerSecond, inFlight }: TaskLimits,
  lease: InStage,
): Promise<Allowance> {
  const isLimited = documentsPerSecond !== null || inFlight !== null
  const [row] = isLimited
    ? await tx.execute<{ sharers: number }>(sql`select ${sharersOf(lease)} as sharers`)
    : []
  return { documentsPerSecond, inFlight, sharers: row?.sharers ?? 1 }
}
