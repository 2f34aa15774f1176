import type { Model } from '../../models/index.ts'
import type { Database } from '../../rows/index.ts'
import { loadSettings, type NewIndex } from '../../search/index.ts'
import { sha256 } from '../../sha256.ts'

/**
 * Stands for how a model's index is made: its mapping, its analysis, and what is read of its tables. Another version of
 * the model can't go on with an index that this one began.
 */
export function fingerprintModel(
  db: Database,
  { mappings, analysis, selection, table }: Model,
): Promise<string> {
  return sha256(JSON.stringify([mappings, analysis, db.select(selection).from(table).toSQL().sql]))
}

/** What REINDEX creates for a model, without what belongs to a task: its write alias and its id in the mapping. */
export function describeModelIndex(model: Model, name: string, shards: number): NewIndex {
  return {
    name,
    settings: { ...loadSettings, number_of_shards: shards, analysis: model.analysis },
    mappings: model.mappings,
    aliases: [],
  }
}
