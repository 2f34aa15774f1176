import type { createAuditLog, AuditFilter } from './audit.ts'

type AuditLog = Pick<ReturnType<typeof createAuditLog>, 'list'>
type Entry = Awaited<ReturnType<AuditLog['list']>>['entries'][number]

const pageSize = 1_000
const columns = [
  'at',
  'actor',
  'action',
  'subject',
  'outcome',
  'times',
  'last_at',
  'address',
  'detail',
] as const

const formats = {
  csv: { type: 'text/csv; charset=utf-8', head: `${columns.join(',')}\r\n`, toLine: toCsvLine },
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    toLine: (entry: Entry) => `${JSON.stringify(toRow(entry))}\n`,
  },
}
export type ExportFormat = keyof typeof formats

/** All entries of a filter as a file, newest first, read page by page. */
export function exportAudit(log: AuditLog, filter: AuditFilter, format: ExportFormat): Response {
  const { type, head, toLine } = formats[format]
  let before: number | undefined
  let isFirst = true
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { entries, nextBefore } = await log.list({ ...filter, before, pageSize })
      const text = entries.map(toLine).join('')
      controller.enqueue(encoder.encode(isFirst ? head + text : text))
      isFirst = false
      if (nextBefore === null) return controller.close()
      before = nextBefore
    },
  })
  const headers = { 'content-type': type, 'content-disposition': `attachment; filename="audit.${format}"` }
  return new Response(body, { headers })
}

function toRow({ at, actor, action, subject, outcome, times, lastAt, address, detail }: Entry) {
  return { at, actor, action, subject, outcome, times, last_at: lastAt, address, detail }
}

function toCsvLine(entry: Entry): string {
  const row: Record<string, unknown> = toRow(entry)
  return `${columns.map((name) => toCell(row[name])).join(',')}\r\n`
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
  // A spreadsheet would run the names that visitors chose as formulas.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
