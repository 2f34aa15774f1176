import type { SQL } from 'drizzle-orm'
import { sampleOfRows } from '../../rows/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import type { FieldCounts, VerificationReport } from './verification-parts.ts'

/** How an index is verified: always by ids, and all or some documents field by field. */
export interface VerificationDepth {
  documents: boolean
  /** Share of the rows whose documents are compared; null: all. */
  sample: number | null
}

export function readDepth({ task }: Pick<StepContext, 'task'>): VerificationDepth {
  if (task.request.action !== 'REINDEX') return { documents: false, sample: null }
  const { verify, verify_sample } = task.request
  const sample = verify_sample === undefined || verify_sample === 1 ? null : verify_sample
  return { documents: verify === 'documents' || verify_sample !== undefined, sample }
}

/** The condition for rows of the sample: constant for a task, different between tasks. */
export function sampleOf({ task, model }: StepContext, share: number): SQL {
  return sampleOfRows(model, share, BigInt(`0x${task.id.replaceAll('-', '').slice(0, 12)}`))
}

/** The verification as part of a task's result. */
export function describeVerification(
  context: Pick<StepContext, 'task'>,
  report: VerificationReport | undefined,
  documents: number,
) {
  const { documents: isByDocument, sample } = readDepth(context)
  return {
    depth: isByDocument ? 'documents' : 'ids',
    sample,
    documents,
    documents_compared: report?.compared ?? 0,
    documents_repaired: report?.differing ?? 0,
    fields_repaired: listFields(report?.fields ?? {}),
  }
}

/**
 * Most frequent first. A list, because clients may rewrite keys (snake_case, camelCase), but not field names in values.
 */
export function listFields(fields: FieldCounts): { field: string; documents: number }[] {
  return Object.entries(fields)
    .map(([field, documents]) => ({ field, documents }))
    .sort((left, right) => right.documents - left.documents)
}
