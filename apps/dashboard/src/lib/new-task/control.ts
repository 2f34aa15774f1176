import type { FieldKind } from '@ingestion-server/core/actions'
import type { FieldName } from './field-name.ts'

/** The texts of a control. */
export interface ControlTexts {
  label: string
  hint?: string
  /** Of a choice between texts: what each stands for, and by the key '' what applies without a choice. */
  options?: Readonly<Record<string, string>>
  /** Title of the section that contains it, which is closed until a field in it has a value or is named in a message. */
  section?: string
}

/** A control of a form, for a field of the request. The kind of the field decides what it looks like. */
export interface Control extends ControlTexts {
  name: FieldName
  kind: FieldKind
  /** Of an index: only those with all documents can be chosen. */
  isUnfiltered?: boolean
}
