import type { SQL } from 'drizzle-orm'
import { sampleOfRows } from '../../rows/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import type { FieldCounts, VerificationReport } from './verification-parts.ts'

/** How thoroughly an index is verified: by ids always, and all or some documents field by field. */
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

/** The condition for rows of the sample: the same ones as long as the task lives, others for another task. */
export function sampleOf({ task, model }: StepContext, share: number): SQL {
  return sampleOfRows(model, share, BigInt(`0x${task.id.replaceAll('-', '').slice(0, 12)}`))
}

/** What a task says of its verification at its end. */
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

/** Most frequent first; as a list, since names of fields are no names of the interface, which clients may rewrite. */
export function listFields(fields: FieldCounts): { field: string; documents: number }[] {
  return Object.entries(fields)
    .map(([field, documents]) => ({ field, documents }))
    .sort((left, right) => right.documents - left.documents)
}
