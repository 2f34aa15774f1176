import { formatBytes, formatDocuments } from '@ingestion-server/format'
import type { ModelIndices } from '../generations.ts'

/**
 * What a deletion ends, as sentences, the most important first; empty: the index is unknown. That an alias can’t be
 * rolled back to it any more is a warning of the plan.
 */
export function deletionConsequences(models: readonly ModelIndices[], name: string): string[] {
  const model = models.find(({ indices }) => indices.some((index) => index.name === name))
  const index = model?.indices.find((candidate) => candidate.name === name)
  if (!model || !index) return []
  const copies = model.indices.filter(({ filteredFrom }) => filteredFrom === index.uuid)
  const isLastOfItsKind = !model.indices.some(
    (other) => other.name !== name && other.verified && other.filtered === index.filtered,
  )
  const documents = index.documentsFrom === 'unknown' ? 'All documents' : formatDocuments(index.documents)
  return [
    `${documents} (${formatBytes(index.bytes)}) are removed. This can’t be undone: only a new build brings them back.`,
    ...(isLastOfItsKind
      ? [`It is the last verified index of ${model.model}${index.filtered ? ' that is filtered' : ''}.`]
      : []),
    ...copies.map((copy) => `${copy.name}, which was filtered from it, stays.`),
  ]
}
