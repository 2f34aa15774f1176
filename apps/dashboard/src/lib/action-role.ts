import { findActionFacts } from '@ingestion-server/core/actions'
import type { Role } from './role.ts'

/**
 * The role that an action requires, and every command on its tasks. Lists get it as data: with all their texts, the facts
 * are a fifth of a list's own scripts.
 */
export function roleFor(action: string): Role {
  // An action unknown to this version may have any effect.
  return findActionFacts(action)?.scope === 'write' ? 'operator' : 'admin'
}
