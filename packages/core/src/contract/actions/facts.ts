import type { ActionFacts, PhaseRole } from './action-facts.ts'
import { filteredIndexFacts } from './create-filtered-index.ts'
import { deleteIndexFacts } from './delete-index.ts'
import { pointAliasFacts } from './point-alias.ts'
import { reindexFacts } from './reindex.ts'

const allFacts = [reindexFacts, filteredIndexFacts, pointAliasFacts, deleteIndexFacts] as const

type AnyFacts = (typeof allFacts)[number]
export type ActionName = AnyFacts['name']
export type ActionCommand = AnyFacts['command']
/** The methods of the SDK, each with its action. */
export type ActionMethods = { [Facts in AnyFacts as Facts['method']]: Facts['name'] }

/** All actions, by their wire names. */
export const actionFacts = Object.fromEntries(allFacts.map((facts) => [facts.name, facts])) as {
  readonly [Facts in AnyFacts as Facts['name']]: Facts
}

export const actionNames = allFacts.map(({ name }) => name) as [ActionName, ...ActionName[]] // there are some

/** @returns null for an unknown action, such as one of a newer version */
export function findActionFacts(name: string): ActionFacts | null {
  const known: Readonly<Record<string, ActionFacts>> = actionFacts
  return Object.hasOwn(known, name) ? (known[name] ?? null) : null
}

/** The phases of an action. */
export type PhaseOf<Name extends ActionName> = keyof (typeof actionFacts)[Name]['phases']
export type Phase = { [Name in ActionName]: PhaseOf<Name> }[ActionName] | 'cancelling' | 'done'

/** The phases of all actions. Each action goes through some of them, in an order of its own. */
export const phases = [
  ...new Set([...allFacts.flatMap((facts) => Object.keys(facts.phases)), 'cancelling', 'done']),
] as [Phase, ...Phase[]]

/** @returns null also for an action that is unknown, such as one of a newer version */
export function findPhaseRole(action: string, phase: Phase): PhaseRole | null {
  return findActionFacts(action)?.phases[phase] ?? null
}

/** Phases that a task enters or leaves in a special way. */
export interface ActionPhases {
  first: Phase
  /** Null: no rate is known. */
  load: Phase | null
  /** Null: failed documents can't be written again. */
  redrive: Phase | null
}

/** The special phases of an action, by its wire name. For an unknown action: it begins with `planning`. */
export function findActionPhases(action: string): ActionPhases {
  const roles = Object.entries(findActionFacts(action)?.phases ?? {}) as [Phase, PhaseRole][]
  const withRole = (wanted: PhaseRole) => roles.find(([, role]) => role === wanted)?.[0] ?? null
  return { first: withRole('first') ?? 'planning', load: withRole('load'), redrive: withRole('redrive') }
}

export type { ActionFacts, FieldFacts, FieldKind, PhaseRole } from './action-facts.ts'
