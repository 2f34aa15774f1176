import type { ActionName } from '@ingestion-server/sdk'
import type { Role } from '../role.ts'
import { actionSlugs, type ActionSlug } from '../route.ts'

interface ActionFacts {
  action: ActionName
  title: string
  text: string
  /** Who may start it, and cancel, retry or change a task of it. */
  role: Role
}

export const actionFacts: Record<ActionSlug, ActionFacts> = {
  reindex: {
    action: 'REINDEX',
    title: 'Build an index',
    text: 'Reads all rows of a model from the database into a new index, and verifies it. Nothing that is live changes.',
    role: 'operator',
  },
  filter: {
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    title: 'Make a filtered index',
    text: 'Copies a verified index and takes away the documents with sensitive terms.',
    role: 'operator',
  },
  promote: {
    action: 'POINT_ALIAS',
    title: 'Promote an index',
    text: 'Points an alias to an index in one step: searches go to it from then on.',
    role: 'operator',
  },
  delete: {
    action: 'DELETE_INDEX',
    title: 'Delete an index',
    text: 'Removes an index and its documents for good. One that an alias points to is refused.',
    role: 'admin',
  },
}

/** The role that an action needs, and every command on a task of it. */
export function roleFor(action: ActionName): Role {
  const facts = Object.values(actionFacts).find((each) => each.action === action)
  // An action that this version doesn't know may do anything.
  return facts?.role ?? 'admin'
}

export function findSlug(text: string): ActionSlug | undefined {
  return Object.values(actionSlugs).find((slug) => slug === text)
}
