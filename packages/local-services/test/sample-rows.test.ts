import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  createCatalogTables,
  generateSampleRows,
  loadRepeatedRows,
  loadSampleData,
  startPostgres,
  type RunningPostgres,
} from '../src/index.ts'
import { makeTestFolder } from './test-folder.ts'

const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url))
const sampleData = resolve(process.env['SAMPLE_DATA_DIR'] ?? join(repositoryRoot, '..', 'shared', 'data'))

let server: RunningPostgres
let admin: postgres.Sql
let databases = 0

beforeAll(async () => {
  server = await startPostgres({ durable: false })
  admin = postgres(server.url, { max: 1 })
})

afterAll(async () => {
  await admin.end()
  await server.stop()
})

/** A database of its own with empty tables, and a way to ask it. */
async function makeCatalog() {
  databases += 1
  const name = `catalog_${databases}`
  await admin`create database ${admin(name)}`
  const url = server.url.replace(/[^/]+$/, name)
  await createCatalogTables(url)
  const ask = async (query: string): Promise<Record<string, unknown>> => {
    const sql = postgres(url, { max: 1, connection: { TimeZone: 'UTC' } })
    try {
      const [row] = await sql.unsafe(query)
      return { ...row }
    } finally {
      await sql.end()
    }
  }
  return { url, ask }
}

test('real rows are loaded once, with their times in UTC', async () => {
  const { url, ask } = await makeCatalog()
  expect(await loadSampleData(url, sampleData)).toEqual(['image', 'audio'])
  expect(await loadSampleData(url, sampleData)).toEqual([])
  const counts =
    await ask(`select (select count(*)::int from image) as images, (select count(*)::int from audio) as audio,
    (select count(*)::int from image where jsonb_typeof(tags) = 'object') as odd_tags,
    (select min(created_on)::text from audio) as created_on`)
  expect(counts).toEqual({
    images: 2899,
    audio: 100,
    odd_tags: 131,
    created_on: '2021-06-27 17:21:13.282294+00',
  })
})

test('repeated rows have ids that go on, and identifiers and URLs of their own', async () => {
  const { url, ask } = await makeCatalog()
  await expect(loadRepeatedRows(url, { model: 'image', count: 1 })).rejects.toThrow('no rows to repeat')
  await loadSampleData(url, sampleData)
  const { last } = await ask('select max(id) as last from image')
  await loadRepeatedRows(url, { model: 'image', count: 7000 })
  const found = await ask(`select count(*)::int as rows, count(distinct identifier)::int as identifiers,
    count(distinct url)::int as urls, max(id) as last,
    count(distinct lower(substring(url from '[^.]*$')))::int as extensions from image`)
  const { extensions } = await ask(
    `select count(distinct lower(substring(url from '[^.]*$')))::int as extensions from image where id <= ${Number(last)}`,
  )
  expect(found).toEqual({ rows: 9899, identifiers: 9899, urls: 9899, last: Number(last) + 7000, extensions })
})

test('made rows are the same ones for the same seed, and others for another', async () => {
  const digest = async (seed: number) => {
    const { url, ask } = await makeCatalog()
    expect(await generateSampleRows(url, { images: 300, audio: 200, seed })).toEqual(['image', 'audio'])
    expect(await generateSampleRows(url, { images: 300, audio: 200, seed })).toEqual([])
    const tables = [
      'image',
      'audio',
      'api_deletedimage',
      'api_matureimage',
      'api_deletedaudio',
      'api_matureaudio',
    ]
    const parts = tables.map(
      (table) => `(select coalesce(md5(string_agg(t::text, '' order by t::text)), '') from ${table} t)`,
    )
    return (await ask(`select ${parts.join(' || ')} as digest`))['digest']
  }
  const [first, again, other] = await Promise.all([digest(1), digest(1), digest(2)])
  expect(first).toBe(again)
  expect(first).not.toBe(other)
})

test('made rows hold what makes real ones difficult', async () => {
  const { url, ask } = await makeCatalog()
  await generateSampleRows(url, { images: 10_000, audio: 2_000 })
  const found = await ask(`select
    count(distinct coalesce(jsonb_typeof(meta_data), 'missing')) as meta_data_kinds,
    count(distinct coalesce(jsonb_typeof(tags), 'missing')) as tag_kinds,
    bool_or(tags = '{}') as empty_object_tags,
    bool_or(jsonb_path_exists(tags, 'strict $[*] ? (@.type() != "object")', silent => true)) as tags_that_are_no_objects,
    bool_or(jsonb_path_exists(tags, '$[*] ? (@.type() == "object" && !exists(@.name))')) as tags_without_a_name,
    max(length(meta_data->>'description')) > 2000 as long_description,
    bool_or(octet_length(meta_data->>'description') > length(meta_data->>'description') + 100) as astral,
    bool_or(title ~ '[\\u4e00-\\u9fff]') as cjk, bool_or(title ~ '[\\u0590-\\u05ff]') as right_to_left,
    bool_or(removed_from_source) as removed,
    bool_or(width::bigint * height > 2147483647) as beyond_32_bits,
    bool_or(width is null) as no_size, bool_or(standardized_popularity = 0) as zero_popularity,
    bool_or(meta_data ? 'authority_boost') as boost,
    max(id) > count(*) as gaps,
    exists (select from api_deletedimage join image using (identifier)) as deleted,
    exists (select from api_matureimage join image using (identifier)) as mature
    from image`)
  expect(Object.entries(found).filter(([, value]) => value === false || value === null)).toEqual([])
  expect(found).toMatchObject({ meta_data_kinds: '6', tag_kinds: '5' })
})

test.each([
  ['unknown columns', gzipSync('id,colour\n1,red\n'), /image\.csv\.gz .* unknown columns: colour/],
  [
    'a value of the wrong type',
    gzipSync('id,title\n1,a\nx,b\n'),
    /invalid input syntax for type integer: "x"/,
  ],
  ['an open quote', gzipSync('id,title\n1,"a\n'), /unterminated CSV quoted field/],
  ['no gzip', Buffer.from('id,title\n1,a\n'), /incorrect header check/],
  [
    'an end in the middle',
    // Rows that Postgres has nothing against: what it says of a row may come before the end is missed.
    gzipSync('id,title\n1,a\n2,b\n3,c\n4,d\n5,e\n').subarray(0, -9),
    /unexpected end of file/,
  ],
])('a file with %s is refused by name, and the table stays empty', async (_, content, message) => {
  const { url, ask } = await makeCatalog()
  const folder = await makeTestFolder()
  await writeFile(join(folder, 'image.csv.gz'), content)
  await expect(loadSampleData(url, folder)).rejects.toThrow(message)
  expect(await ask('select count(*)::int as rows from image')).toEqual({ rows: 0 })
})
