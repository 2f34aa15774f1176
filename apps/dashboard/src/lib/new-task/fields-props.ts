import type { IndexList } from '@ingestion-server/sdk'
import type { TaskFields } from './task-fields.ts'
import type { FieldErrors } from '../server/submit-task.ts'

export interface FieldsProps {
  fields: TaskFields
  errors: FieldErrors
  models: IndexList['models']
  /** Whether the ingestion server responded, so that a list without an index is complete. */
  isComplete: boolean
  /** Fields that a message on the page names, and that must therefore be seen. */
  named: readonly string[]
}
