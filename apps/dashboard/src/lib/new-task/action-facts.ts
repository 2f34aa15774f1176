import { actionFacts, type ActionCommand } from '@ingestion-server/core/actions'

/** The facts of each action, by its slug in a URL. */
export const factsBySlug = Object.fromEntries(
  Object.values(actionFacts).map((facts) => [facts.command, facts]),
) as { [Slug in ActionCommand]: Extract<(typeof actionFacts)[keyof typeof actionFacts], { command: Slug }> }

export function findSlug(text: string): ActionCommand | undefined {
  return Object.values(actionFacts).find(({ command }) => command === text)?.command
}
