import { json } from '@sveltejs/kit'
import { readIndices } from '#lib/server/index-list.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { RequestHandler } from './$types'

/** The data of the index page, for polling. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return json(await readIndices(user.name))
}
