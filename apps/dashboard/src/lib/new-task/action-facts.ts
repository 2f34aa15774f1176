import { actionFacts, type ActionCommand } from '@ingestion-server/core/actions'

/** The facts of each action, by its slug in a URL. */
export const factsBySlug = Object.fromEntries(
  Object.values(actionFacts).map((facts) => [facts.command, facts]),
) as { [Slug in ActionCommand]: Extract<(typeof actionFacts)[keyof typeof actionFacts], { command: Slug }> }

/** What a form shows of its action. All facts, with their fields and examples, are 1.4 kB of scripts. */
export function shownFacts(slug: ActionCommand) {
  const { title, description, scope, verb, createsIndex } = factsBySlug[slug]
  return { title, description, scope, verb, createsIndex }
}
export type ShownFacts = ReturnType<typeof shownFacts>

export function findSlug(text: string): ActionCommand | undefined {
  return Object.values(actionFacts).find(({ command }) => command === text)?.command
}
