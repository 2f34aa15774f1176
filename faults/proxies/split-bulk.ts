/** The parts of a bulk request, as text, without a change of a byte in any of them. */
export interface BulkItem {
  /** `index`, `create`, `update` or `delete`. */
  operation: string
  index: string | null
  id: string | null
  lines: string
}

/** Takes the NDJSON body of a bulk request apart. */
export function splitBulk(body: Buffer): BulkItem[] {
  const lines = body
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  const items: BulkItem[] = []
  for (let position = 0; position < lines.length; position++) {
    const line = lines[position] as string
    const [entry] = Object.entries(JSON.parse(line) as Record<string, { _index?: string; _id?: string }>)
    if (entry === undefined) throw new Error(`a bulk request has an action without a name: ${line}`)
    const [operation, { _index: index = null, _id: id = null }] = entry
    const source = operation === 'delete' ? '' : `${lines[++position]}\n`
    items.push({ operation, index, id, lines: `${line}\n${source}` })
  }
  return items
}

/** What OpenSearch answers for an item that it did not do. */
export function failedItem({ operation, index, id }: BulkItem, target: string, status: number, type: string) {
  return {
    [operation]: {
      _index: index ?? target,
      _id: id,
      status,
      error: { type, reason: `injected: ${type}` },
    },
  }
}
