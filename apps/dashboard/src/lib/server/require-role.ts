import { error, type RequestEvent } from '@sveltejs/kit'
import { mayActAs, type Role } from '../role.ts'
import type { SignedInUser } from './auth/index.ts'

/**
 * Checks the user's role. Every load, action and endpoint must call it first.
 *
 * @returns the user of this request
 * @throws HttpError 401 without a user, 403 with a lesser role
 */
export function requireRole({ locals }: Pick<RequestEvent, 'locals'>, needed: Role): SignedInUser {
  if (locals.user === null) error(401, 'Sign in first.')
  if (!mayActAs(locals.user.role, needed)) {
    error(
      403,
      `This needs the role ${needed}, and ${locals.user.name} is ${locals.user.role}. An admin can change that.`,
    )
  }
  return locals.user
}
