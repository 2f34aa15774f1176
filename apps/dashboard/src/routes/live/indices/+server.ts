import { json } from '@sveltejs/kit'
import { readIndices } from '#lib/server/index-list.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { RequestHandler } from './$types'

/** What the page of the indices shows, for a page that keeps itself up to date. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return json(await readIndices(user.name))
}
