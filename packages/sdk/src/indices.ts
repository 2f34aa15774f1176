import type {
  AliasHistory,
  DocumentPage,
  ExplainedDocument,
  Index,
  IndexDetails,
  IndexList,
  Stat,
} from './contract-types.ts'
import { readBody, readPage, type RequestOptions, type Transport } from './http/index.ts'
import { segment } from './path-segment.ts'
import { createAction, type StartAction } from './tasks/index.ts'

export interface HistoryOptions extends RequestOptions {
  /** Moves per page, 1 to 500; default 50. */
  pageSize?: number | undefined
  /** `nextPageToken` of the page before. */
  pageToken?: string | undefined
}

export interface DocumentOptions extends RequestOptions {
  /** Words of a text field, or an id; absent: any documents. */
  q?: string | undefined
  /** How many, 1 to 100; default 10. */
  pageSize?: number | undefined
}

/** The indices of the models, and the aliases that searches go through. */
export interface Indices {
  /** All indices, by model, newest first. */
  list(options?: RequestOptions): Promise<IndexList>
  /**
   * An index: its aliases, documents, size and health, and whether it was verified.
   *
   * @throws NotFoundError
   * @example
   * const { aliases, documents, verified } = await client.indices.get('image-20231106')
   */
  get(name: string, options?: RequestOptions): Promise<Index>
  /** Describes a name: an index, an alias, or unused. */
  stat(name: string, options?: RequestOptions): Promise<Stat>
  /**
   * Mappings, settings and shards of an index, and how it differs from the one that is live.
   *
   * @throws NotFoundError
   * @example
   * const { comparedWith } = await client.indices.details('image-20231107')
   * for (const { path, here, there } of comparedWith?.differences ?? []) console.log(path, there, '→', here)
   */
  details(name: string, options?: RequestOptions): Promise<IndexDetails>
  /**
   * The recorded moves of an alias, newest first. Moves by other programs are not recorded.
   *
   * @example
   * const { moves } = await client.indices.history('image', { pageSize: 10 })
   */
  history(alias: string, options?: HistoryOptions): Promise<AliasHistory>
  /**
   * Documents that match words or an id, best first; without `q` any documents.
   *
   * @throws NotFoundError, ConflictError (code `index_closed`)
   * @example
   * const { documents, total } = await client.indices.documents('image-20231107', { q: 'blue whale' })
   */
  documents(name: string, options?: DocumentOptions): Promise<DocumentPage>
  /**
   * A document by the id of its row and, if the index lacks it, why.
   *
   * @throws NotFoundError for an unknown index, ConflictError (code `index_closed`)
   * @example
   * const { inIndex, explanation, detail } = await client.indices.document('image-20231107', '4711')
   */
  document(name: string, id: string | number | bigint, options?: RequestOptions): Promise<ExplainedDocument>
  /**
   * Points an alias back to its previous index.
   *
   * @throws ConflictError (code `nothing_to_roll_back`); UnprocessableError when the first response was lost
   *   and the alias has moved since: it is not moved twice
   * @example
   * const task = await client.indices.rollback('image')
   * await task.wait()
   */
  readonly rollback: StartAction<string>
}

export function createIndices(transport: Transport): Indices {
  return {
    list: async (options) =>
      readBody<IndexList>(await transport.send({ ...options, path: 'index' }), 'list of indices', {
        models: 'array',
      }),
    get: async (name, options) =>
      readBody<Index>(await transport.send({ ...options, path: `index/${segment(name)}` }), 'index', {
        name: 'string',
        uuid: 'string',
      }),
    stat: async (name, options) =>
      readBody<Stat>(await transport.send({ ...options, path: `stat/${segment(name)}` }), 'stat', {
        exists: 'boolean',
      }),
    async details(name, options) {
      const answer = await transport.send({ ...options, path: `index/${segment(name)}/details` })
      const details = readBody<IndexDetails>(answer, 'details of an index', { shards: 'array' })
      // Keys in them are names of fields and settings.
      const { mappings, settings, compared_with: comparedWith } = answer.wire as WireDetails
      return { ...details, mappings, settings, comparedWith }
    },
    async history(alias, { pageSize, pageToken, ...options } = {}) {
      const query = { page_size: pageSize, page_token: pageToken }
      const path = `index/${segment(alias)}/history`
      return readPage<AliasHistory>(await transport.send({ ...options, path, query }), 'moves')
    },
    async documents(name, { q, pageSize, ...options } = {}) {
      const path = `index/${segment(name)}/document`
      const answer = await transport.send({ ...options, path, query: { q, page_size: pageSize } })
      const page = readBody<DocumentPage>(answer, 'page of documents', { documents: 'array' })
      return { ...page, documents: (answer.wire as DocumentPage).documents }
    },
    async document(name, id, options) {
      const path = `index/${segment(name)}/document/${segment(String(id))}`
      const answer = await transport.send({ ...options, path })
      const document = readBody<ExplainedDocument>(answer, 'document', {
        id: 'string',
        explanation: 'string',
      })
      return { ...document, source: (answer.wire as ExplainedDocument).source }
    },
    rollback: createAction(transport, (alias) => ({ path: `index/${segment(alias)}/rollback`, body: {} })),
  }
}

type WireDetails = Pick<IndexDetails, 'mappings' | 'settings'> & {
  compared_with: IndexDetails['comparedWith']
}
