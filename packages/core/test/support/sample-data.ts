import { resolve } from 'node:path'
import { loadRepeatedRows, loadSampleData } from '@ingestion-server/local-services'
import type { Harness } from './harness.ts'

/** Real rows, as csv.gz files outside the project. */
export const sampleDataDir =
  process.env['SAMPLE_DATA_DIR'] ?? resolve(import.meta.dirname, '../../../../../shared/data')

/** Fills the image table with exactly so many rows: the real ones, and copies of them under new ids. */
export async function loadImages({ databaseUrl, sql }: Harness, count: number): Promise<void> {
  await loadSampleData(databaseUrl, sampleDataDir)
  const [loaded] = await sql<{ rows: number }[]>`select count(*)::int as rows from image`
  const missing = count - Number(loaded?.rows)
  if (missing > 0) await loadRepeatedRows(databaseUrl, { model: 'image', count: missing })
  else await sql`delete from image where id > (select id from image order by id offset ${count - 1} limit 1)`
}
