import type { TaskCallback } from '@ingestion-server/core'

/** A webhook without a known attempt. */
export function untriedWebhook(url: string | null, state: TaskCallback['state']): TaskCallback {
  return { url, state, tries: 0, last_try_at: null, answer_status: null, error: null, next_try_at: null }
}
