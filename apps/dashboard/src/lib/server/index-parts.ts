import type { BuildingAction, Client } from '@ingestion-server/sdk'
import { aliasOfKind, type IndexParts, type IndexTasks } from '../index-page/index-page.ts'
import { fetchPart } from './fetch-part.ts'
import { toTaskRow } from './task-row.ts'

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
    fetchPart(readTasks(client, name)),
    ofModel(async (of) => {
      const options = { action: buildingAction(isFiltered), limit: buildLimit }
      return (await client.models.builds(of, options)).builds
    }),
    ofModel((of) => client.indices.history(aliasOfKind(of, isFiltered), { pageSize: moveLimit })),
    ofIndex(() => client.indices.details(name)),
    ofIndex(() => client.indices.documents(name, { q: text || undefined, pageSize: documentPageSize })),
    id === '' ? null : ofIndex(() => client.indices.document(name, id)),
  ])
  return { tasks, builds, history, details, documents, lookup }
}

async function readTasks(client: Client, index: string): Promise<IndexTasks> {
  const { tasks, nextPageToken } = await client.tasks.list({ index, pageSize: taskPageSize })
  return { tasks: tasks.map((task) => toTaskRow(task, [])), nextPageToken }
}

/**
 * The action that builds such an index. A filtered index has fewer documents than the index that it was filtered from:
 * the two are not compared.
 */
export function buildingAction(isFiltered: boolean): BuildingAction {
  return isFiltered ? 'CREATE_AND_POPULATE_FILTERED_INDEX' : 'REINDEX'
}
