import type {
  AliasHistory,
  BuildList,
  DocumentPage,
  ExplainedDocument,
  Index,
  IndexDetails,
  IndexList,
} from '@ingestion-server/sdk'
import { filteredEnding } from '../filtered-ending.ts'
import type { FetchResult } from '../fetch-result.ts'
import type { TaskRow } from '../task/task-row.ts'

type ModelIndices = IndexList['models'][number]
type Alias = ModelIndices['aliases'][number]
export type Build = BuildList['builds'][number]

/** The newest tasks about the index. */
export interface IndexTasks {
  tasks: TaskRow[]
  nextPageToken: string | null
}

/** The parts of the page besides the list of indices; each of them may be missing by itself. */
export interface IndexParts {
  tasks: FetchResult<IndexTasks>
  /** Newest first, of the same kind as the index: filtered or not. Null: the model is unknown. */
  builds: FetchResult<Build[]> | null
  /** Moves of the alias for its kind. Null: the model is unknown. */
  history: FetchResult<AliasHistory> | null
  /** Null: there is no such index. */
  details: FetchResult<IndexDetails> | null
  documents: FetchResult<DocumentPage> | null
  /** Null: no id was entered. */
  lookup: FetchResult<ExplainedDocument> | null
}

/** An index with the model and the alias that it belongs to. */
export interface PlacedIndex {
  index: Index
  model: ModelIndices
  /** The alias for its kind: `<model>`, or `<model>-filtered`. */
  alias: Alias | undefined
}

/** @returns null if the list has no such index */
export function placeIndex(list: IndexList | null, name: string): PlacedIndex | null {
  for (const model of list?.models ?? []) {
    const index = model.indices.find((candidate) => candidate.name === name)
    if (index === undefined) continue
    const own = aliasOfKind(model.model, index.filtered)
    return { index, model, alias: model.aliases.find(({ alias }) => alias === own) }
  }
  return null
}

export const aliasOfKind = (model: string, isFiltered: boolean) =>
  isFiltered ? `${model}${filteredEnding}` : model
