import type { Phase } from '../phases.ts'

/** What clients and the task store need to know about an action: plain data, so that it can be bundled without the schemas. */
export interface ActionFacts {
  /** On the wire. */
  name: string
  /** Component of the OpenAPI document that is its request. */
  requestName: string
  /** Scope of the token that may start it, and run it again. */
  scope: 'write' | 'delete'
  /** Method of the SDK's client. */
  method: string
  /** Command of the command line, and part of the URL of its form in the dashboard. */
  command: string
  /** In a list of tasks. */
  label: string
  /** Of its form. */
  title: string
  /** What it does with the index that its plan names. */
  verb: string
  /** One or two sentences on what it does. */
  description: string
  example: { summary: string; value: Readonly<Record<string, unknown>> }
  /** It creates an index; a cancel removes that unless asked to keep it. */
  createsIndex: boolean
  /** It removes sensitive documents, which its counts show. */
  removesSensitive: boolean
  /** It writes documents: their rate can be limited, and those that fail can be tried again after it succeeded. */
  writesDocuments: boolean
  phases: ActionPhases
  /** Fields of its request beside `model` and `action`, in the order in which a form shows them. */
  fields: Readonly<Record<string, FieldFacts>>
}

/** Phases that a task enters or leaves in a special way. All others follow from the action's own work. */
export interface ActionPhases {
  /** Of a new task, and of one that is retried. It has no items. */
  first: Phase
  /** It reads the rows of the task: its duration gives the task's rate. Null: no rate is known. */
  load: Phase | null
  /** It writes failed documents again, also after the task succeeded. Null: that is not possible. */
  redrive: Phase | null
}

/** A field of a request, for the command line and for forms. */
export interface FieldFacts {
  /** Without the dashes. */
  option: string
  /** Of the option: completes "--option <value>". */
  help: string
  kind: FieldKind
  /** The command line asks for it; a form can't be sent without it. */
  isRequired?: boolean
}

/**
 * - `new suffix`: of an index that is created
 * - `suffix`: of an index that exists
 * - `alias`: of the model
 * - `count`: a whole number from 0
 * - `share`: above 0, at most 1
 * - `flag`: true, or absent
 * - a list: one of these texts
 */
export type FieldKind = 'new suffix' | 'suffix' | 'alias' | 'count' | 'share' | 'flag' | readonly string[]
