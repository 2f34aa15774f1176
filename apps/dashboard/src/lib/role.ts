/**
 * Roles in ascending order, each with the rights of the previous ones: view; submit, cancel, retry; delete, users,
 * tokens.
 */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

export function mayActAs(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}
