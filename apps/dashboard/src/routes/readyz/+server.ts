import { text } from '@sveltejs/kit'
import { isDatabaseReady } from '#lib/server/start.ts'

/** Readiness: whether the dashboard's database is usable. The ingestion server may be unavailable. */
export const GET = () =>
  isDatabaseReady() ? text('ok') : text('the dashboard’s own database does not answer', { status: 503 })
