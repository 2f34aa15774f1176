import { countDocuments, readHealth, refreshIndex, type IndexInfo } from '../search/index.ts'
import type { IndexRecord, StepContext } from '../tasks/index.ts'

/**
 * Share of a verified index's documents that may be added or removed before the index counts as changed. An API in
 * front of the index deletes and marks single documents; a larger change has another cause.
 */
const maxChangedShare = 0.01

export interface CountChange {
  documents: number
  /** The change exceeds `maxChangedShare`. */
  isLarge: boolean
  text: string
}

/**
 * The difference between the documents of a verified index and its record; null if there is none. Null also for a red
 * index, which can't be counted and is checked again when it is healthy.
 */
export async function countChange(
  search: StepContext['search'],
  { name }: Pick<IndexInfo, 'name'>,
  record: IndexRecord,
): Promise<CountChange | null> {
  if ((await readHealth(search, name)).health === 'red') return null
  // A refresh makes recent writes and deletes count.
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
