import type { SearchClient } from '../../src/index.ts'

/** All searchable documents of an index, by `_id`. */
export async function readIndex(search: SearchClient, index: string): Promise<Map<string, unknown>> {
  await search.indices.refresh({ index })
  const documents = new Map<string, unknown>()
  let { body } = await search.search({ index, scroll: '1m', size: 5_000, body: { query: { match_all: {} } } })
  while (body.hits.hits.length > 0) {
    for (const hit of body.hits.hits) documents.set(String(hit._id), hit._source)
    ;({ body } = (await search.scroll({ body: { scroll: '1m', scroll_id: String(body._scroll_id) } })) as {
      body: typeof body
    })
  }
  if (body._scroll_id) await search.clearScroll({ body: { scroll_id: [body._scroll_id] } })
  return documents
}
