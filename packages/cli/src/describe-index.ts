import { formatBytes, formatCount, formatDuration } from '@ingestion-server/format'
import type { ExplainedDocument, Index, IndexList, Stat, TaskPlan, Token } from '@ingestion-server/sdk'
import { formatTime } from './format-time.ts'
import type { Row } from './table.ts'

/** An index in full: labels and values. */
export function describeIndex(index: Index): Row[] {
  const rows: [string, string | null][] = [
    ['index', index.name],
    ['uuid', index.uuid],
    ['model', index.model],
    ['aliases', index.aliases.join(', ') || null],
    ['state', index.state],
    ['documents', describeDocuments(index)],
    ['size', formatBytes(index.bytes)],
    ['health', index.health],
    ['verified', index.verifiedAt === null ? 'no' : formatTime(index.verifiedAt)],
    ['as of', index.asOf && formatTime(index.asOf)],
    ['filtered', index.filtered ? `from ${index.filteredFrom ?? 'an index built elsewhere'}` : null],
    ['created', formatTime(index.createdAt)],
    ['built by', index.taskId && `task ${index.taskId}`],
    ['in use by', index.reservedBy && `task ${index.reservedBy}`],
  ]
  return rows.filter((row): row is [string, string] => row[1] !== null)
}

function describeDocuments({ documents, documentsFrom }: Index): string {
  if (documentsFrom === 'unknown') return 'unknown'
  return documentsFrom === 'record'
    ? `${formatCount(documents)} when it was verified`
    : formatCount(documents)
}

/** An index as a line of a list. */
export function listIndex(index: Index): Row {
  return [
    index.name,
    index.aliases.join(', '),
    index.documentsFrom === 'unknown' ? 'unknown' : index.documents,
    formatBytes(index.bytes),
    index.state === 'closed' ? 'closed' : index.health,
    index.verified ? 'yes' : 'no',
    index.asOf === null ? '' : formatTime(index.asOf),
    index.reservedBy === null ? '' : `task ${index.reservedBy}`,
  ]
}
export const indexListHeader: Row = [
  'INDEX',
  'ALIASES',
  'DOCUMENTS',
  'SIZE',
  'HEALTH',
  'VERIFIED',
  'AS OF',
  'IN USE BY',
]

export function describeAliases({ aliases }: IndexList['models'][number]): string[] {
  return aliases.map(({ alias, indices, previous }) => {
    const back = previous === null ? '' : ` (rollback: ${previous})`
    return `${alias} → ${indices.join(', ') || 'nothing'}${back}`
  })
}

/** A document, or why an index lacks it: labels and values. */
export function describeDocument(document: ExplainedDocument): Row[] {
  const { id, inIndex, row, explanation, detail, failedDocument, source } = document
  return [
    ['document', id],
    ['in index', inIndex ? 'yes' : 'no'],
    ['row', row.replaceAll('_', ' ')],
    ['reason', `${explanation}: ${detail}`],
    ...(failedDocument ? [['refused', failedDocument.reason]] : []),
    ...(source ? [['source', JSON.stringify(source)]] : []),
  ]
}

export function describeStat(name: string, { exists, isAlias, altNames }: Stat): string {
  if (!exists) return `${name} does not exist`
  const others = altNames?.join(', ') || 'none'
  return isAlias ? `${name} is an alias of ${others}` : `${name} is an index; aliases: ${others}`
}

/** The result of a dry run: labels and values. */
export function describePlan(plan: TaskPlan): Row[] {
  const about = (value: number | null, format: (value: number) => string) =>
    value === null ? null : `about ${format(value)}`
  const { disk } = plan
  const rows: [string, string | null][] = [
    ['action', `${plan.action} ${plan.index}`],
    ['rows', about(plan.rows, formatCount)],
    ['documents', about(plan.documents, formatCount)],
    ['size', about(plan.bytes, formatBytes)],
    ['time', about(plan.seconds, formatDuration)],
    ['shards', plan.shards === null ? null : `${plan.shards}, replicas: ${plan.replicas ?? 'unknown'}`],
    ['disk', disk && `${formatBytes(disk.neededBytes)} needed, ${formatBytes(disk.freeBytes)} free`],
    ...plan.aliases.map(({ alias, indices }): [string, string] => [
      'alias now',
      `${alias} → ${indices.join(', ') || 'nothing'}`,
    ]),
    ...plan.moves.map(({ alias, from, to }): [string, string] => [
      'move',
      `${alias}: ${from.map(describeServed).join(', ') || 'nothing'} → ${describeServed(to)}`,
    ]),
    ...plan.exceptions.map(({ allowedBy, detail }): [string, string] => [
      'exception',
      `${toOption(allowedBy)}: ${detail}`,
    ]),
    ...plan.checks.map(({ check, status, detail }): [string, string] => [
      'check',
      `${check} ${status}: ${detail}`,
    ]),
    ...plan.warnings.map((warning): [string, string] => ['warning', warning]),
    ...plan.refusals.map(({ code, detail }): [string, string] => ['refused', `${code}: ${detail}`]),
  ]
  return rows.filter((row): row is [string, string] => row[1] !== null)
}

/** An index in a move, with the number of its documents. */
function describeServed({ index, documents }: TaskPlan['moves'][number]['to']): string {
  return documents === null ? index : `${index} (${formatCount(documents)} documents)`
}

/** The option that sets a field of a request. */
function toOption(field: string): string {
  return `--${field.replaceAll('_', '-')}`
}

/** A token as a line of a list. */
export function listToken(token: Token): Row {
  const time = (at: string | null) => (at === null ? '' : formatTime(at))
  return [
    token.id,
    token.name,
    token.prefix ?? '',
    token.scopes.join(','),
    time(token.createdAt),
    time(token.expiresAt),
    time(token.lastUsedAt),
    time(token.revokedAt),
  ]
}
export const tokenListHeader: Row = [
  'ID',
  'NAME',
  'PREFIX',
  'SCOPES',
  'CREATED',
  'EXPIRES',
  'LAST USED',
  'REVOKED',
]
