import { findAction } from '../actions/index.ts'
import { auditWords } from '../audit-words.ts'

/** Begins the sentence about an entry of the audit log. */
export function auditVerb({ action, detail }: { action: string; detail: unknown }): string {
  const { action: started } = detail as { action?: unknown }
  const words =
    action === 'submit' && typeof started === 'string' ? findAction(started)?.auditVerb : undefined
  return words ?? auditWords[action] ?? action
}
