import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { hasRows, listColumns, models, type Model } from './catalog-tables.ts'
import { withConnection } from './connect.ts'
import { copyInto } from './copy-into.ts'

const maxHeaderBytes = 10_000
const newline = 0x0a

/**
 * Loads `image.csv.gz` and `audio.csv.gz`, or the existing one of them: CSV with a header of the table's column names,
 * an empty unquoted value for NULL, timestamps without an offset in UTC. A table with rows is not changed.
 *
 * @returns the models whose tables were filled
 * @throws Error naming the file and its fault
 */
export async function loadSampleData(
  databaseUrl: string,
  folder: string,
  { onProgress }: { onProgress?: (message: string) => void } = {},
): Promise<Model[]> {
  const present = models.filter((model) => existsSync(fileOf(folder, model)))
  if (present.length === 0) throw new Error(`${folder} contains neither image.csv.gz nor audio.csv.gz`)
  return withConnection(databaseUrl, async (sql) => {
    const loaded: Model[] = []
    for (const model of present) {
      if (await hasRows(sql, model)) continue
      const file = fileOf(folder, model)
      onProgress?.(`Loading ${file} into table ${model}`)
      try {
        const { columns, csv } = await openCsv(file, model)
        await copyInto(sql, model, columns, csv, { header: true })
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`${file} could not be loaded into the table ${model}: ${reason}`, { cause })
      }
      loaded.push(model)
    }
    return loaded
  })
}

function fileOf(folder: string, model: Model): string {
  return join(folder, `${model}.csv.gz`)
}

/** The columns of the header, and the whole text, header included. */
async function openCsv(file: string, model: Model): Promise<{ columns: string[]; csv: Readable }> {
  const source = createReadStream(file)
  const chunks: AsyncIterator<Buffer> = source.pipe(createGunzip())[Symbol.asyncIterator]()
  source.once('error', (error) => void chunks.throw?.(error))
  let start = Buffer.alloc(0)
  while (!start.includes(newline) && start.length < maxHeaderBytes) {
    const next = await chunks.next()
    if (next.done === true) break
    start = Buffer.concat([start, next.value])
  }
  const columns = parseHeader(start.subarray(0, start.indexOf(newline)).toString('utf8'), model)
  const rest = { [Symbol.asyncIterator]: () => chunks }
  const csv = Readable.from(
    (async function* () {
      yield start
      yield* rest
    })(),
    { objectMode: false },
  )
  return { columns, csv }
}

function parseHeader(line: string, model: Model): string[] {
  const names = line
    .trim()
    .split(',')
    .map((name) => name.replaceAll('"', ''))
  const known = new Set(listColumns(model))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) throw new Error(`its first line names unknown columns: ${unknown.join(', ')}`)
  return names
}
