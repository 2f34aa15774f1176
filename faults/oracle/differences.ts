import { isDeepStrictEqual } from 'node:util'
import type { DocumentState } from '@ingestion-server/core/testing/row-history.ts'

/**
 * Compares the documents of an index with the allowed states of each: that at `as_of`, or a later one.
 *
 * @returns a line for each document that differs, sorted by id
 */
export function listDifferences(
  found: ReadonlyMap<string, unknown>,
  allowed: ReadonlyMap<string, readonly DocumentState[]>,
): string[] {
  const differences: string[] = []
  for (const [id, document] of found)
    if (!allowed.has(id)) differences.push(`document ${id} has never had a row: ${JSON.stringify(document)}`)
  for (const [id, states] of allowed) {
    const document = found.get(id) ?? null
    if (states.some((state) => isDeepStrictEqual(state, document))) continue
    differences.push(
      `document ${id} is ${JSON.stringify(document)}, expected one of ${states.map((state) => JSON.stringify(state)).join(' | ')}`,
    )
  }
  return differences.sort()
}

/**
 * Compares a filtered index with its source, which is no longer written: it has every document of the source except
 * those that contain the term.
 */
export function listFilterDifferences(
  found: ReadonlyMap<string, unknown>,
  source: ReadonlyMap<string, unknown>,
  term: string,
): string[] {
  const expected = new Map<string, readonly DocumentState[]>()
  for (const [id, document] of source)
    expected.set(id, [holds(document, term) ? null : (document as DocumentState)])
  return listDifferences(found, expected)
}

/** Whether a word is in a filtered field. */
function holds(document: unknown, term: string): boolean {
  const { title, description, tags } = document as {
    title?: string
    description?: string
    tags?: { name: string }[]
  }
  const word = new RegExp(`\\b${term}\\b`, 'i')
  return [title, description, ...(tags ?? []).map(({ name }) => name)].some((text) => word.test(text ?? ''))
}
