import { Client } from '@opensearch-project/opensearch'
import { image } from '@ingestion-server/core'
import postgres from 'postgres'
import { sendMeasurement } from './measured.ts'

/** A typical script: a cursor, an object for each row, the client's bulk helper, an index with default settings. */
const [postgresUrl, openSearchUrl, suffix, rows] = process.argv.slice(2) as [string, string, string, string]
const sql = postgres(postgresUrl)
const client = new Client({ node: openSearchUrl })
const index = `image-${suffix}`
const { mappings, analysis } = image
await client.indices.create({ index, body: { settings: { analysis }, mappings } })

interface Row {
  [column: string]: unknown
  id: number
  meta_data: { description?: string; license_url?: string; authority_boost?: number; mature?: unknown } | null
  tags: { name?: string; accuracy?: number }[] | null
}

function toDocument(row: Row) {
  const width = Number(row['width'])
  const height = Number(row['height'])
  const popularity = Number(row['standardized_popularity'] ?? 0) * 100
  return {
    id: row.id,
    identifier: row['identifier'],
    title: row['title'] ?? undefined,
    foreign_landing_url: row['foreign_landing_url'] ?? undefined,
    description: row.meta_data?.description,
    creator: row['creator'] ?? undefined,
    creator_url: row['creator_url'] ?? undefined,
    url: row['url'] ?? undefined,
    license: String(row['license']).toLowerCase(),
    license_version: row['license_version'] ?? undefined,
    license_url: row.meta_data?.license_url,
    provider: row['provider'] ?? undefined,
    source: row['source'] ?? undefined,
    category: row['category'] ?? undefined,
    created_on: row['created_on'],
    tags: Array.isArray(row.tags) ? row.tags.map(({ name, accuracy }) => ({ name, accuracy })) : undefined,
    mature: row.meta_data?.mature === true || row['is_mature'],
    ...(popularity > 0 && { standardized_popularity: popularity }),
    max_boost: Math.max(popularity, 1),
    min_boost: Math.min(popularity || 1, 1),
    thumbnail: row['thumbnail'] ?? undefined,
    aspect_ratio: height > width ? 'tall' : height < width ? 'wide' : 'square',
    size: width * height < 640 * 480 ? 'small' : width * height < 1600 * 900 ? 'medium' : 'large',
    extension: String(row['url']).split('.').at(-1)?.toLowerCase(),
  }
}

async function* readDocuments() {
  const pages = sql<Row[]>`
    select image.*, m.identifier is not null as is_mature
    from image
    left join api_deletedimage d on d.identifier = image.identifier
    left join api_matureimage m on m.identifier = image.identifier
    where d.identifier is null and not image.removed_from_source
    order by image.id limit ${rows}`.cursor(1_000)
  for await (const page of pages) for (const row of page) yield toDocument(row)
}

await sendMeasurement(async () => {
  const result = await client.helpers.bulk({
    datasource: readDocuments(),
    onDocument: ({ id }) => ({ index: { _index: index, _id: String(id) } }),
  })
  return { documents: result.successful }
})
await client.indices.delete({ index })
await client.close()
await sql.end()
