import { json } from '@sveltejs/kit'
import { findByName } from '#lib/server/find-by-name.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { RequestHandler } from './$types'

/** Tasks and indices by a part of their name, for the command palette. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return json(await findByName(user.name, event.url.searchParams.get('q') ?? ''))
}
