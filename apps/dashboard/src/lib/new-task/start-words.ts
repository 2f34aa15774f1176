import { actionFacts } from '@ingestion-server/core/actions'
import type { TaskPlan } from '@ingestion-server/sdk'

/**
 * Text of the button that starts a plan: what it does, and to what.
 *
 * @example
 * startWords(plan) // Build image-20231107
 */
export function startWords({ action, index, moves }: Pick<TaskPlan, 'action' | 'index' | 'moves'>): string {
  const { verb } = actionFacts[action]
  return moves.length > 1 ? `${verb} both` : `${verb} ${index}`
}
