import type { DocumentPage } from '../../contract/index.ts'
import { IndexNotFoundError } from '../../errors.ts'
import { getIndex, searchDocuments } from '../../search/index.ts'
import { modelOfIndex, type OverviewContext } from './list-indices.ts'

/**
 * Some documents of an index: those that match a text, or any.
 *
 * @throws IndexNotFoundError, also for an alias; IndexClosedError
 */
export async function listIndexDocuments(
  context: Pick<OverviewContext, 'search' | 'models'>,
  name: string,
  { q, pageSize }: { q: string; pageSize: number },
): Promise<DocumentPage> {
  modelOfIndex(context, name)
  const index = await getIndex(context.search, name)
  if (!index) throw new IndexNotFoundError(name)
  const text = q.trim()
  const fields = listTextFields(index.mappings)
  const { documents, total, isExact } = await searchDocuments(context.search, name, {
    text,
    fields,
    size: pageSize,
  })
  return {
    documents: documents.map(({ key, source }) => ({ id: key, source })),
    total,
    total_is_exact: isExact,
  }
}

/** OpenSearch searches at most 1,024 fields at once (indices.query.bool.max_clause_count). */
const maxFields = 500

/** The fields of type `text` of a mapping, by full name; those within `nested` objects are not searchable this way. */
function listTextFields(mappings: Record<string, unknown>): string[] {
  const found: string[] = []
  const walk = (properties: unknown, prefix: string) => {
    if (typeof properties !== 'object' || properties === null) return
    for (const [name, field] of Object.entries(properties) as [string, Record<string, unknown>][]) {
      if (field['type'] === 'text' && field['index'] !== false) found.push(`${prefix}${name}`)
      else if (field['type'] !== 'nested') walk(field['properties'], `${prefix}${name}.`)
    }
  }
  walk(mappings['properties'], '')
  return found.slice(0, maxFields)
}
