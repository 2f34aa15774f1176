import { actions } from '../actions/index.ts'
import { factsBySlug } from '../new-task/action-facts.ts'
import type { ActionSlug } from '../route.ts'

/** What a form shows of its action. All facts, with their fields and examples, are 1.4 kB of scripts. */
export function shownFacts(slug: ActionSlug) {
  const { name, title, description, scope, verb, createsIndex } = factsBySlug[slug]
  const labels: Readonly<Record<string, string>> = actions[name].labels
  return { name, title, description, scope, verb, createsIndex, labels }
}
export type ShownFacts = ReturnType<typeof shownFacts>
