import type { Client } from '@ingestion-server/sdk'
import { aliasOfKind, type Build, type IndexParts } from '../index-page/index-page.ts'
import { fetchPart } from './fetch-part.ts'

const taskPageSize = 10
const moveLimit = 50
const buildLimit = 100
const documentPageSize = 10

interface PartsRequest {
  name: string
  /** Null: of no model of the server. */
  model: string | null
  isFiltered: boolean
  exists: boolean
  /** Text to search for; empty: any documents. */
  text: string
  /** Id to look up; empty: none. */
  id: string
}

/** Everything on an index's page besides the list of indices, fetched at the same time. */
export async function readIndexParts(client: Client, request: PartsRequest): Promise<IndexParts> {
  const { name, model, isFiltered, exists, text, id } = request
  const ofModel = <Value>(call: (model: string) => Promise<Value>) =>
    model === null ? null : fetchPart(call(model))
  const ofIndex = <Value>(call: () => Promise<Value>) => (exists ? fetchPart(call()) : null)
  const [tasks, builds, history, details, documents, lookup] = await Promise.all([
    fetchPart(client.tasks.list({ index: name, pageSize: taskPageSize })),
    ofModel(async (of) => ofKind((await client.models.builds(of, { limit: buildLimit })).builds, isFiltered)),
    ofModel((of) => client.indices.history(aliasOfKind(of, isFiltered), { pageSize: moveLimit })),
    ofIndex(() => client.indices.details(name)),
    ofIndex(() => client.indices.documents(name, { q: text || undefined, pageSize: documentPageSize })),
    id === '' ? null : ofIndex(() => client.indices.document(name, id)),
  ])
  return { tasks, builds, history, details, documents, lookup }
}

/** A filtered index has fewer documents than the index that it was filtered from: the two are not compared. */
function ofKind(builds: readonly Build[], isFiltered: boolean): Build[] {
  return builds.filter(({ action }) => (action === 'CREATE_AND_POPULATE_FILTERED_INDEX') === isFiltered)
}
