import { createAudioModel, createImageModel, type Model } from '@ingestion-server/core'

/** The models of this server. @param schema of Postgres that contains the catalog */
export function createModels(schema: string): Model[] {
  return [createImageModel(schema), createAudioModel(schema)]
}

/** Their names, which don't depend on the schema. */
export const modelNames: readonly string[] = createModels('public').map(({ name }) => name)
