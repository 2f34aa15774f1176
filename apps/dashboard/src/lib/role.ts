/**
 * Roles in ascending order, each with the rights of the previous ones: view; submit, cancel, retry; delete, users,
 * tokens.
 */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** A role that this release does not know, such as that of a newer one, allows nothing. */
export function mayActAs(role: Role, needed: Role): boolean {
  return roles.includes(needed) && roles.indexOf(role) >= roles.indexOf(needed)
}
