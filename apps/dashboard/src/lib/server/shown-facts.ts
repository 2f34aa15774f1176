import { actions } from '../actions/index.ts'
import { factsBySlug } from '../new-task/action-facts.ts'
import type { Control, ControlTexts } from '../new-task/control.ts'
import { fieldsOf } from '../new-task/task-fields.ts'
import type { ActionSlug } from '../route.ts'

/** What a form shows of its action. The facts of all actions are 1.4 kB of scripts, without the texts of the controls. */
export function shownFacts(slug: ActionSlug) {
  const facts = factsBySlug[slug]
  const { name, title, description, scope, verb, createsIndex } = facts
  const texts: Readonly<Record<string, ControlTexts>> = actions[name].controls
  const controls: Control[] = fieldsOf(facts).map(({ name, kind, isUnfiltered = false }) => {
    return { name, kind, isUnfiltered, label: name, ...texts[name] }
  })
  return { name, title, description, scope, verb, createsIndex, controls }
}
export type ShownFacts = ReturnType<typeof shownFacts>
