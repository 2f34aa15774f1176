import type { PlanCheck, TaskRequest } from '../../contract/index.ts'
import type { IngestionError } from '../../errors.ts'
import { ClusterUnfitError, IndexDiffersError } from '../../index-errors.ts'
import type { NewIndex, SearchClient } from '../../search/index.ts'
import {
  checkAliasNames,
  checkBlocks,
  checkDisk,
  checkRights,
  checkShards,
  checkTemplates,
  type ClusterNeed,
} from './checks.ts'

export interface NewIndexChecks {
  checks: PlanCheck[]
  preconditionFailures: IngestionError[]
  warnings: string[]
}

/**
 * Checks everything in the cluster that a new index depends on. Changes nothing.
 *
 * @param index the index to create; null for a clone, which index templates don't affect
 * @param aliases alias names of the model
 */
export async function checkNewIndex(
  search: SearchClient,
  request: TaskRequest,
  plan: { name: string; index: NewIndex | null; need: ClusterNeed; aliases: readonly string[] },
): Promise<NewIndexChecks> {
  const { name, index, need, aliases } = plan
  const [templates, shards, disk, blocks, rights, names] = await Promise.all([
    index && checkTemplates(search, index),
    checkShards(search, need),
    checkDisk(search, need),
    checkBlocks(search),
    checkRights(search, request.model, request.action),
    checkAliasNames(search, aliases),
  ])
  const failed = [shards, rights].filter(({ status }) => status === 'failed')
  const preconditionFailures: IngestionError[] =
    failed.length > 0 ? [new ClusterUnfitError(name, failed)] : []
  if (templates && templates.differences.length > 0) {
    preconditionFailures.push(new IndexDiffersError(name, templates.differences, templates.templates))
  }
  return {
    checks: [...(templates ? [templates.check] : []), shards, disk, blocks, rights, names],
    preconditionFailures,
    warnings: templates?.extras ?? [],
  }
}
