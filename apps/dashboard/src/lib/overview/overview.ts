import type { TaskRow } from '../task/task-row.ts'

/** A build of the sparkline, oldest first. */
export interface Build {
  taskId: string
  index: string
  finishedAt: string
  documents: number
}

export interface AliasCard {
  alias: string
  model: string
  /** The live index; null: the alias points to none or several. */
  live: { name: string; documents: number; bytes: number; health: string; asOf: string | null } | null
  /** All that it points to. */
  indices: string[]
  freshnessTargetSeconds: number | null
  builds: Build[]
}

/** Something that an operator should do, with the one link or button that helps. */
export interface Attention {
  id: string
  tone: 'warn' | 'bad'
  text: string
  /** A time that belongs to it. */
  at: string | null
  link: { text: string; href: string }
  /** Instead of the link for those who may: retries this task. */
  retry: { taskId: string; action: string } | null
}

export interface Overview {
  cards: AliasCard[]
  /** Why there are no cards, as a sentence; null: there are. */
  indicesAway: string | null
  running: number
  queued: number
  /** Failed tasks that ended in the last 24 hours. */
  failed: number
  attention: Attention[]
  /** Active tasks, the ones that have run for longest first. */
  active: TaskRow[]
}
