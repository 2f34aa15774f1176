import type { Role } from '../role.ts'
import type { TaskRow } from '../task/task-row.ts'

/** A build of the sparkline, oldest first. */
export interface Build {
  taskId: string
  index: string
  finishedAt: string
  documents: number
}

/** A generation that is ready to replace the live one. */
export interface NewerBuild {
  name: string
  asOf: string | null
  /** Of the number of documents, as a share; null: the live index is empty. */
  change: number | null
  /** The alias for filtered documents is in use, and there is no filtered copy for it. */
  lacksCopy: boolean
  /** The plan of its promotion. */
  href: string
}

/** A task that has ended, as one line. */
export interface EndedTask {
  taskId: string
  title: string
  status: TaskRow['status']
  finishedAt: string
  /** Why it failed. */
  problem: string | null
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
  /** Of the alias for all documents. */
  newer: NewerBuild | null
}

/** Something that an operator should do, with the one link or button that helps. */
export interface Attention {
  id: string
  tone: 'warn' | 'bad'
  text: string
  /** A time that belongs to it. */
  at: string | null
  link: { text: string; href: string }
  /** Instead of the link for those with the role: retries this task. */
  retry: { taskId: string; role: Role } | null
}

export interface Overview {
  cards: AliasCard[]
  /** Why there are no cards, as a sentence; null: there are. */
  indicesUnavailableReason: string | null
  /** What the server, which is of an earlier release, does not have: what depends on it is not shown. */
  lacking: string[]
  /** Null: not known. */
  counts: { running: number; queued: number; failedLastDay: number } | null
  attention: Attention[]
  /** Active tasks, the ones that have run for longest first. */
  active: TaskRow[]
  /** The last ones that ended; the failed ones of the last day first. */
  ended: EndedTask[]
}
