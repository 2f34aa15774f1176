import type { Role } from '#lib/role.ts'

/** What each role may do, beyond the one before. */
export const roleHints: Readonly<Record<Role, string>> = {
  viewer: 'sees tasks and indices',
  operator: 'also starts, cancels and retries tasks, and promotes',
  admin: 'also deletes indices, and manages users and tokens',
}
