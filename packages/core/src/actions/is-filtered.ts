import { filteredEnding } from '../contract/index.ts'
import type { IndexRecord } from '../tasks/index.ts'

/** Decided by its lineage; by its name only for an index that was made elsewhere. */
export function isFiltered(name: string, record: IndexRecord | null): boolean {
  return record ? record.filteredFrom !== null : name.endsWith(filteredEnding)
}
