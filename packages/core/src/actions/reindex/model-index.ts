import type { Model } from '../../models/index.ts'
import type { Database } from '../../rows/index.ts'
import { loadSettings, type NewIndex } from '../../search/index.ts'
import { sha256 } from '../../sha256.ts'

/**
 * Identifies how a model's index is made: its mapping, its analysis, and the selection from its tables. Another version
 * of the model can't continue an index that this version began.
 */
export function fingerprintModel(
  db: Database,
  { mappings, analysis, selection, table }: Model,
): Promise<string> {
  return sha256(JSON.stringify([mappings, analysis, db.select(selection).from(table).toSQL().sql]))
}

/** The index that REINDEX creates for a model, without the task's write alias and its id in the mapping. */
export function describeModelIndex(model: Model, name: string, shards: number): NewIndex {
  return {
    name,
    settings: { ...loadSettings, number_of_shards: shards, analysis: model.analysis },
    mappings: model.mappings,
    aliases: [],
  }
}
