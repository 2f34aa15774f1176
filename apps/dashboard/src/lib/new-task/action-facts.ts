import { actionFacts, findActionFacts, type ActionCommand } from '@ingestion-server/core/actions'
import type { Role } from '../role.ts'

/** The facts of each action, by its slug in a URL. */
export const factsBySlug = Object.fromEntries(
  Object.values(actionFacts).map((facts) => [facts.command, facts]),
) as { [Slug in ActionCommand]: Extract<(typeof actionFacts)[keyof typeof actionFacts], { command: Slug }> }

/** The role that an action requires, and every command on its tasks. */
export function roleFor(action: string): Role {
  // An action unknown to this version may have any effect.
  return findActionFacts(action)?.scope === 'write' ? 'operator' : 'admin'
}

export function findSlug(text: string): ActionCommand | undefined {
  return Object.values(actionFacts).find(({ command }) => command === text)?.command
}
