import { text } from '@sveltejs/kit'
import { findDatabaseFault } from '#lib/server/services.ts'

/**
 * Readiness: whether the dashboard's database is usable, and its tables are those that this release needs. The
 * ingestion server may be unavailable.
 */
export const GET = async () => {
  const fault = await findDatabaseFault()
  return fault === null ? text('ok') : text(fault, { status: 503 })
}
