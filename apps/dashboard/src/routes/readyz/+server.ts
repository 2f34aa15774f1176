import { text } from '@sveltejs/kit'
import { isDatabaseReady } from '#lib/server/start.ts'

/** Whether users can be told who they are; the ingestion server may be away all the same. */
export const GET = () =>
  isDatabaseReady() ? text('ok') : text('the dashboard’s own database does not answer', { status: 503 })
