import type { z } from 'zod'
import { modelAliases } from '../names.ts'
import type { PointAliasRequest } from './request-types.ts'

/** Fields of a POINT_ALIAS that depend on each other. */
export function checkPointAlias(
  { model, alias, with_filtered, filtered_index_suffix }: PointAliasRequest,
  context: z.RefinementCtx,
): void {
  const allowed = with_filtered === true ? [model] : modelAliases(model)
  if (!allowed.includes(alias)) {
    const condition = with_filtered === true ? ' if with_filtered is true' : ''
    const message = `must be "${allowed.join('" or "')}"${condition}`
    context.addIssue({ code: 'custom', path: ['alias'], message })
  }
  if (filtered_index_suffix !== undefined && with_filtered !== true) {
    const message = 'needs "with_filtered": true'
    context.addIssue({ code: 'custom', path: ['filtered_index_suffix'], message })
  }
}
