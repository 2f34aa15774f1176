import type { BuildingAction, BuildList } from './contract-types.ts'
import { readBody, type RequestOptions, type Transport } from './http/index.ts'
import { segment } from './path-segment.ts'

export interface BuildOptions extends RequestOptions {
  /** Only indices that these actions created. */
  action?: BuildingAction | readonly BuildingAction[] | undefined
  /** How many, 1 to 100; default 30. */
  limit?: number | undefined
}

/** The kinds of rows that indices are built from. */
export interface Models {
  /**
   * The indices that were built of a model, newest first, as far as tasks are kept; also those that were deleted since.
   * Durations are seconds, sizes bytes of the primary shards. `exists` is null while OpenSearch is unavailable.
   *
   * @throws NotFoundError for an unknown model
   * @example
   * const { builds } = await client.models.builds('image', { limit: 10 })
   * const durations = builds.map(({ durationSeconds }) => durationSeconds)
   */
  builds(model: string, options?: BuildOptions): Promise<BuildList>
}

export function createModels(transport: Transport): Models {
  return {
    builds: async (model, { action, limit, ...options } = {}) =>
      readBody<BuildList>(
        await transport.send({
          ...options,
          path: `model/${segment(model)}/builds`,
          query: { action, limit },
        }),
        'list of builds',
        { builds: 'array' },
      ),
  }
}
