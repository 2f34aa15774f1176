import type { Model } from '../../models/index.ts'
import { loadSettings, type NewIndex } from '../../search/index.ts'

/** What REINDEX creates for a model, without what belongs to a task: its write alias and its id in the mapping. */
export function describeModelIndex(model: Model, name: string, shards: number): NewIndex {
  return {
    name,
    settings: { ...loadSettings, number_of_shards: shards, analysis: model.analysis },
    mappings: model.mappings,
    aliases: [],
  }
}
