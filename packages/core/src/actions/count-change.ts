import { countDocuments, readHealth, refreshIndex, type IndexInfo } from '../search/index.ts'
import type { IndexRecord, StepContext } from '../tasks/index.ts'

/**
 * How many of a verified index's documents may be gone or added before it counts as another index. An API in front of
 * it deletes and marks single documents; whatever is more than this share of them is no such thing.
 */
const maxChangedShare = 0.01

export interface CountChange {
  documents: number
  /** More than single documents are gone or added. */
  isLarge: boolean
  text: string
}

/**
 * How many documents a verified index has beside its record; null: as many. Null also for an index that is red, which
 * can't be counted and is looked at again when it is healthy.
 */
export async function countChange(
  search: StepContext['search'],
  { name }: Pick<IndexInfo, 'name'>,
  record: IndexRecord,
): Promise<CountChange | null> {
  if ((await readHealth(search, name)).health === 'red') return null
  // What was written and is not searchable yet is there all the same, and what was deleted is gone.
  await refreshIndex(search, name)
  const documents = await countDocuments(search, name)
  const change = documents - record.documents
  if (change === 0) return null
  return {
    documents,
    isLarge: Math.abs(change) > Math.max(1, record.documents * maxChangedShare),
    text: `it has ${documents} documents, and had ${record.documents} when it was verified`,
  }
}
