import type { TaskRequest } from '@ingestion-server/core/contract'
import type { Client, TaskPlan } from '@ingestion-server/sdk'
import { fingerprintOf, isRisky } from '../promotion.ts'
import { planTask } from './submit-task.ts'

/** Why a promotion is not started: its current plan, and a message or an error at the confirmation. */
export interface Objection {
  plan: TaskPlan
  text: string
  confirm: string | null
}

/**
 * Compares a promotion with the plan that its user has seen, right before it is started: another user may have moved
 * the aliases since. A plan that loses documents or makes an exception needs the name of the index.
 *
 * @param seen fingerprint of the plan on the page
 * @param typed the typed confirmation
 * @returns null: it can be started
 * @throws errors of the SDK
 */
export async function reviewPromotion(
  client: Client,
  request: TaskRequest,
  { seen, typed }: { seen: string | null; typed: string },
): Promise<Objection | null> {
  const plan = await planTask(client, request)
  // It has moved already: the same form is sent again, and its key finds the task that it started.
  const isDone = plan.moves.length > 0 && plan.moves.every(({ from, to }) => isOnly(from, to.index))
  if (isDone) return null
  if (seen !== null && seen.replaceAll('\r', '') !== fingerprintOf(plan)) {
    return { plan, text: await explainChange(client, plan), confirm: null }
  }
  if (isRisky(plan) && typed !== plan.index) {
    return { plan, text: '', confirm: `must be exactly ${plan.index}` }
  }
  return null
}

function isOnly(from: TaskPlan['moves'][number]['from'], index: string): boolean {
  return from.length === 1 && from[0]?.index === index
}

async function explainChange(client: Client, { model }: TaskPlan): Promise<string> {
  const [last] = (await client.tasks.list({ model, action: 'POINT_ALIAS', status: 'succeeded', pageSize: 1 }))
    .tasks
  const who = last?.requestedBy ?? null
  const move = last ? ` The last promotion is that of ${last.index}${who === null ? '' : ` by ${who}`}.` : ''
  return `The plan has changed since it was shown.${move} Nothing was started: check the new plan.`
}
