import type { TaskPlan } from '@ingestion-server/sdk'

/**
 * Text of the button that starts a plan: what it does, and to what.
 *
 * @param verb of the plan's action
 * @example
 * startWords(plan, 'Build') // Build image-20231107
 */
export function startWords({ index, moves }: Pick<TaskPlan, 'index' | 'moves'>, verb: string): string {
  return moves.length > 1 ? `${verb} both` : `${verb} ${index}`
}
