import {
  chooseReplicas,
  countDataNodes,
  flattenSettings,
  isReadBlocked,
  isWriteAlias,
  isWriteAliasOf,
  loadSettings,
  type IndexInfo,
} from '../../search/index.ts'
import type { IndexRecord, StepContext } from '../../tasks/index.ts'
import { countChange } from '../count-change.ts'

export interface RecordComparison {
  /** What prevents correct searches. The request can't allow these. */
  fatal: string[]
  /** Changes since the index was verified. */
  differences: string[]
  warnings: string[]
  /** Settings that a load or a task left, with their correct values. */
  restore: Record<string, string | number | null>
}

/** Settings of a load. A finished index has one of these only if a call landed too late. */
const leftBehind = [
  'refresh_interval',
  'translog.flush_threshold_size',
  'merge.policy.segments_per_tier',
] as const

/**
 * Compares a verified index with its record: its documents exist, it accepts writes, and it has the settings of a
 * finished index.
 *
 * @param taskId the task that compares: its own write alias on the index is ignored
 */
export async function compareWithRecord(
  { search, settings }: Pick<StepContext, 'search' | 'settings'>,
  target: IndexInfo,
  record: IndexRecord | null,
  taskId: string | null,
): Promise<RecordComparison> {
  const found = flattenSettings(target.settings)
  const comparison: RecordComparison = { fatal: [], differences: [], warnings: [], restore: {} }
  const hasWriteAlias = target.aliases.some(
    (alias) => isWriteAlias(alias) && !(taskId !== null && isWriteAliasOf(taskId, alias)),
  )
  for (const name of [
    'blocks.write',
    'blocks.read_only',
    'blocks.read_only_allow_delete',
    'blocks.metadata',
  ]) {
    if (found[name] !== 'true') continue
    // A block beside a write alias remained from that task.
    if (name === 'blocks.write' && hasWriteAlias) comparison.restore[name] = null
    else comparison.differences.push(`setting ${name} is true`)
  }
  if (isReadBlocked(target)) comparison.fatal.push('setting blocks.read is true')
  for (const name of leftBehind) {
    const value = found[name]
    if (value !== String(loadSettings[name])) continue
    if (record) comparison.restore[name] = null
    else comparison.warnings.push(`setting ${name} is ${value}`)
  }
  // An unreadable index can't be counted.
  if (!record || isReadBlocked(target)) return comparison

  const replicas = chooseReplicas(settings, await countDataNodes(search))
  const isExpanding = (found['auto_expand_replicas'] ?? 'false') !== 'false'
  if (!isExpanding && Number(found['number_of_replicas']) < replicas) {
    comparison.restore['number_of_replicas'] = replicas
  }
  const change = await countChange(search, target, record)
  if (change) comparison[change.isLarge ? 'differences' : 'warnings'].push(change.text)
  return comparison
}
