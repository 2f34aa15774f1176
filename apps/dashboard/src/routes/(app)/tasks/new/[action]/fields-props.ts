import type { IndexList } from '@ingestion-server/sdk'
import type { TaskFields } from '#lib/new-task/task-fields.ts'
import type { FieldErrors } from '#lib/server/submit-task.ts'

export interface FieldsProps {
  fields: TaskFields
  errors: FieldErrors
  models: IndexList['models']
}
