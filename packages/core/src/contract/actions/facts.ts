import type { ActionFacts, ActionPhases } from './action-facts.ts'
import { filteredIndexFacts } from './create-filtered-index/facts.ts'
import { deleteIndexFacts } from './delete-index/facts.ts'
import { pointAliasFacts } from './point-alias/facts.ts'
import { reindexFacts } from './reindex/facts.ts'

/** All actions, by their wire names. */
export const actionFacts = {
  REINDEX: reindexFacts,
  CREATE_AND_POPULATE_FILTERED_INDEX: filteredIndexFacts,
  POINT_ALIAS: pointAliasFacts,
  DELETE_INDEX: deleteIndexFacts,
} as const

export type ActionName = keyof typeof actionFacts
type AnyFacts = (typeof actionFacts)[ActionName]
export type ActionMethod = AnyFacts['method']
export type ActionCommand = AnyFacts['command']

/** The keys of the object, in the order in which they were written. */
export const actionNames = Object.keys(actionFacts) as [ActionName, ...ActionName[]]

/** @returns null for an unknown action, such as one of a newer version */
export function findActionFacts(name: string): ActionFacts | null {
  const known: Readonly<Record<string, ActionFacts>> = actionFacts
  return Object.hasOwn(known, name) ? (known[name] ?? null) : null
}

/** Of the action of a newer version nothing is known but where every task begins. */
const unknownPhases: ActionPhases = { first: 'planning', load: null, redrive: null }

/** The special phases of an action, by its wire name. For an unknown action: it begins with `planning`. */
export function findActionPhases(name: string): ActionPhases {
  return findActionFacts(name)?.phases ?? unknownPhases
}

export type { ActionFacts, FieldFacts, FieldKind } from './action-facts.ts'
