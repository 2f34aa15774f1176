import type { Mark } from '../rows/index.ts'

/** An index that was compared with its source and found equal. Belongs to the UUID, not to the name. */
export interface VerifiedIndex {
  uuid: string
  name: string
  documents: number
  asOf: string | null
  /** UUID of the index that it was filtered from; none for an index with all documents. */
  filteredFrom?: string | null | undefined
  /** Which sensitive terms were taken out of it. */
  termsHash?: string | null | undefined
  /** Rows that were written since are not in it; of a filtered index that of the one it was filtered from. */
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
