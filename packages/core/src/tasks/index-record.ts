import type { Mark } from '../rows/index.ts'

/** A verified index: it was equal to its source. Belongs to the UUID, not to the name. */
export interface VerifiedIndex {
  uuid: string
  name: string
  documents: number
  asOf: string | null
  /** UUID of the source of a filtered index; null for an index with all documents. */
  filteredFrom?: string | null | undefined
  /** Hash of the sensitive terms whose documents were removed. */
  termsHash?: string | null | undefined
  /** The index may lack rows written since; for a filtered index, the time of its source. */
  mark?: Mark | null | undefined
}

export interface IndexRecord extends VerifiedIndex {
  filteredFrom: string | null
  termsHash: string | null
  mark: Mark | null
  model: string
  taskId: string
  verifiedAt: string
}
