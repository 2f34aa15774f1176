import type { actionFacts, ActionName } from '@ingestion-server/core/actions'
import type { Task } from '@ingestion-server/sdk'
import type { ControlTexts } from '../new-task/control.ts'
import type { TaskFields } from '../new-task/task-fields.ts'
import type { Advice } from '../task/advice.ts'
import type { TaskTitle, TitledTask } from '../task/title-parts.ts'

/** What the dashboard adds to the facts of an action. Only its server uses it: pages get the texts as data. */
export interface ActionDescriptor {
  /** Texts of its form's controls, by field of the request. */
  controls: Readonly<Record<string, ControlTexts>>
  /** Begins the audit log's sentence about a start, to be followed by the index: `Started to build`. */
  auditVerb: string
  /**
   * What the title of a task has instead of the action's label and the index.
   *
   * @param index of the task, or the one that it has requested
   */
  titleParts?: (task: TitledTask, index: string | null) => Partial<TaskTitle>
  /** What usually follows a task that succeeded. */
  afterSuccess: (task: Task) => Partial<Advice>
  /** By the code of a failure: the field of the form that allows it, and the text of a link to the form with it. */
  exceptions?: Readonly<Record<string, readonly [field: keyof TaskFields, text: string]>>
}

/** Texts for each field of the request. */
export type ControlsOf<Name extends ActionName> = Readonly<
  Record<keyof (typeof actionFacts)[Name]['fields'], ControlTexts>
>
