import { modelAliases, type DeleteIndexRequest } from '../../contract/index.ts'
import { IndexNotFoundError } from '../../errors.ts'
import { getIndex, readIndexStatistics } from '../../search/index.ts'
import type { Forecast, PlanContext } from '../../tasks/index.ts'
import { findPrevious } from '../overview/rollback-request.ts'
import { unknown } from '../estimates.ts'
import { findPreconditionFailures } from './precondition-failures.ts'

/** `documents` and `bytes` are those of the index to delete. */
export async function forecastDeletion(
  context: PlanContext,
  { model }: DeleteIndexRequest,
  index: string,
): Promise<Forecast> {
  const { search, settings, store } = context
  const found = await getIndex(search, index)
  const [statistics] = await readIndexStatistics(search, index)
  if (!found || !statistics) return { ...unknown, preconditionFailures: [new IndexNotFoundError(index)] }

  const warnings: string[] = []
  for (const alias of modelAliases(model)) {
    const previous = await findPrevious(context, alias)
    if ('uuid' in previous && previous.uuid === found.uuid) {
      warnings.push(`alias ${alias} pointed to ${index} before, and can no longer be rolled back to it`)
    }
  }
  return {
    ...unknown,
    documents: statistics.documents ?? (await store.getIndex(found.uuid))?.documents ?? null,
    bytes: statistics.bytes,
    seconds: 1,
    shards: statistics.shards,
    replicas: statistics.replicas,
    preconditionFailures: await findPreconditionFailures({ settings, model, records: store }, found),
    warnings,
  }
}
