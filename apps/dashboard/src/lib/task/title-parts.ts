import type { Task } from '@ingestion-server/sdk'

/** What the title of a task is made of. */
export type TitledTask = Pick<Task, 'action' | 'index' | 'model' | 'request' | 'result'>

/** An alias or index, then the one that it is turned into: `image`, `image-20231107`. */
export interface TaskTitle {
  /** Promote, Roll back, Reindex, Filter, Delete. */
  verb: string
  subject: string
  /** Where the subject points, or what is made of it; null: the subject is all there is. */
  target: string | null
}

/** The three parts as one text. */
export function joinTitle({ verb, subject, target }: TaskTitle): string {
  return target === null ? `${verb} ${subject}` : `${verb} ${subject} → ${target}`
}
