import { IndexNotFoundError, isIndexName } from '@ingestion-server/core'

/** Rejects names that OpenSearch might read as a wildcard or a list. @throws IndexNotFoundError */
export function requireIndexName(name: string): string {
  if (!isIndexName(name)) throw new IndexNotFoundError(name)
  return name
}
