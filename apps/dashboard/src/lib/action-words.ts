import type { ActionName } from '@ingestion-server/sdk'
import type { Role } from './role.ts'

/** The short name of each action. Not from its facts: with all their texts they are a fifth of a list's own scripts. */
export const actionWords: Record<ActionName, string> = {
  REINDEX: 'Reindex',
  CREATE_AND_POPULATE_FILTERED_INDEX: 'Filter',
  POINT_ALIAS: 'Promote',
  DELETE_INDEX: 'Delete',
}

const roles: Record<ActionName, Role> = {
  REINDEX: 'operator',
  CREATE_AND_POPULATE_FILTERED_INDEX: 'operator',
  POINT_ALIAS: 'operator',
  DELETE_INDEX: 'admin',
}

/** The role that an action requires, and every command on its tasks. */
export function roleFor(action: string): Role {
  const known: Readonly<Record<string, Role>> = roles
  // An action unknown to this version may have any effect.
  return (Object.hasOwn(known, action) ? known[action] : undefined) ?? 'admin'
}
