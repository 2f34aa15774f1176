import { JsonBytes, readCanonicalFields, writeCanonical } from '../../documents/index.ts'
import { sha256 } from '../../sha256.ts'
import { readSources, type SearchClient } from '../../search/index.ts'

/** Number of documents per read. */
const keysPerRead = 1_000
/** Hexadecimal digits of SHA-256: enough to rule out accidental collisions. */
const digestLength = 24

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Digest of a document's content, independent of its JSON formatting. @param json an object */
export async function digestDocument(json: string): Promise<string> {
  return (await sha256(writeCanonical(readCanonicalFields(json)))).slice(0, digestLength)
}

/** The digests of documents in an index; a key without a document is missing from the result. */
export async function readDigests(
  search: SearchClient,
  index: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  const buffer = new JsonBytes()
  for (let start = 0; start < keys.length; start += keysPerRead) {
    const sources: [key: string, json: string][] = []
    const reader = {
      match: () => -1,
      readOther: (key: string, source: Uint8Array) => sources.push([key, decoder.decode(source) || '{}']),
    }
    await readSources(
      search,
      index,
      { keys: keys.slice(start, start + keysPerRead) },
      { buffer, reader, signal },
    )
    for (const [key, json] of sources) digests.set(key, await digestDocument(json))
  }
  return digests
}
