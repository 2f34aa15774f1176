/** The parts of a bulk request as text, unchanged. */
export interface BulkItem {
  /** `index`, `create`, `update` or `delete`. */
  operation: string
  index: string | null
  id: string | null
  lines: string
}

/** Splits the NDJSON body of a bulk request. */
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

/** OpenSearch's result for an operation that was not done. */
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
