import type { ActionName } from '@ingestion-server/sdk'
import ArrowUpFromLine from '@lucide/svelte/icons/arrow-up-from-line'
import DatabaseZap from '@lucide/svelte/icons/database-zap'
import Funnel from '@lucide/svelte/icons/funnel'
import Trash2 from '@lucide/svelte/icons/trash-2'

/** The icon of each action, the same on every page. */
export const actionIcons = {
  REINDEX: DatabaseZap,
  CREATE_AND_POPULATE_FILTERED_INDEX: Funnel,
  POINT_ALIAS: ArrowUpFromLine,
  DELETE_INDEX: Trash2,
} satisfies Record<ActionName, unknown>
