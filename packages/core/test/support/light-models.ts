import { audio, image, type Model } from '../../src/index.ts'

/** More than enough for a test that an analysis is kept as it is. */
const keptRules = 20

/**
 * The model with few of its 6,800 rules for look-alikes. The rules are 90 kB of settings in each index, which OpenSearch
 * parses, compiles, stores and sends whenever it creates, changes or describes the index: a good part of the time of a
 * small REINDEX. Suites about what searches find use the real models.
 */
export function withFewRules(model: Model): Model {
  const { char_filter: filters } = model.analysis as {
    char_filter: { look_alikes: { type: 'mapping'; mappings: string[] } }
  }
  const { look_alikes: all } = filters
  const few = { ...all, mappings: all.mappings.slice(0, keptRules) }
  return { ...model, analysis: { ...model.analysis, char_filter: { ...filters, look_alikes: few } } }
}

export const lightModels: readonly Model[] = [image, audio].map(withFewRules)
