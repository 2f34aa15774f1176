import { filteredEnding, indexName, type PointAliasRequest } from '../../contract/index.ts'
import type { NamedIndex } from '../../search/index.ts'
import { promotedIndexName } from './state.ts'

/** One alias, the index that it is to point to, and what the request allows. */
export interface Promotion extends Pick<
  PointAliasRequest,
  'model' | 'alias' | 'allow_unfiltered' | 'allow_unverified' | 'allow_shrink' | 'allow_changed'
> {
  index: string
  /** Name of the unfiltered index of the suffix, if `index` is that name with `-filtered` added; else null. */
  unfilteredName: string | null
  /** Whether the model's other alias moves in the same step. */
  isPair: boolean
  /** The index that the model's own alias points to after the same step; null for that alias itself. */
  copyOf: NamedIndex | null
}

/** The move of the alias that the request names. */
export function promotionOf(request: PointAliasRequest): Promotion {
  const index = promotedIndexName(request)
  const named = indexName(request.model, request.index_suffix)
  return {
    ...request,
    index,
    unfilteredName: named === index ? null : named,
    isPair: request.with_filtered === true,
    copyOf: null,
  }
}

/** The move of the filtered alias in the same step, to an index by its exact name. */
export function copyPromotionOf(request: PointAliasRequest, index: string, copyOf: NamedIndex): Promotion {
  const alias = filteredAliasOf(request.model)
  return { ...request, alias, index, unfilteredName: null, isPair: true, copyOf }
}

/** Name of a model's alias for filtered documents. */
export function filteredAliasOf(model: string): string {
  return `${model}${filteredEnding}`
}
