export interface NextStep {
  text: string
  href: string
  /** The one that is usually next. */
  isMain?: boolean
}

/** What usually follows a task that has ended. */
export interface Advice {
  /** What the user may want to know before the next step. */
  hint: string
  steps: NextStep[]
  /** Whether a retry of the task itself is what helps. */
  retry: boolean
  /** The alias that can be rolled back. */
  rollBack: string | null
}
