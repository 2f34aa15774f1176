import type { ActionName } from '@ingestion-server/sdk'
import ArrowUpFromLine from '@lucide/svelte/icons/arrow-up-from-line'
import DatabaseZap from '@lucide/svelte/icons/database-zap'
import Funnel from '@lucide/svelte/icons/funnel'
import Trash from '@lucide/svelte/icons/trash'

/** The icon of each action, the same on every page. */
export const actionIcons = {
  REINDEX: DatabaseZap,
  CREATE_AND_POPULATE_FILTERED_INDEX: Funnel,
  POINT_ALIAS: ArrowUpFromLine,
  DELETE_INDEX: Trash,
} satisfies Record<ActionName, unknown>
