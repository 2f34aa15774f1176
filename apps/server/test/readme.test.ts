import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { ScheduledTask, TaskPage } from '@ingestion-server/core/contract'
import {
  createCatalogTables,
  generateSampleRows,
  startOpenSearch,
  type RunningOpenSearch,
} from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../packages/core/test/test-database.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '../../../packages/core/test/support/postgres-url.ts'

const root = resolve(import.meta.dirname, '../../..')
const run = promisify(execFile)

let database: TestDatabase
/** One of its own: the commands use names that other suites have too. */
let openSearch: RunningOpenSearch
let server: ServerProcess

beforeAll(async () => {
  ;[database, openSearch] = await Promise.all([createTestDatabase(postgresUrl()), startOpenSearch()])
  await createCatalogTables(database.url)
  await generateSampleRows(database.url, { images: 2_000, audio: 200 })
  server = await startServerProcess({
    DATABASE_URL: database.url,
    OPENSEARCH_URL: openSearch.url,
    SENSITIVE_TERMS_URL: pathToFileURL(resolve(root, 'scripts/sample-sensitive-terms.txt')).href,
  })
  while (!(await fetch(`${server.baseUrl}/readyz`)).ok) await new Promise((done) => setTimeout(done, 50))
})
afterAll(async () => {
  await server.stop()
  await openSearch.stop()
  await database.drop()
})

/** The blocks with curl of "Try it", in order. */
async function readBlocks(): Promise<string[]> {
  const readme = await readFile(resolve(root, 'README.md'), 'utf8')
  const section = readme.slice(readme.indexOf('## Try it'), readme.indexOf('## Test it'))
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block).filter(isCurl)
}

const isCurl = (block: string) => block.startsWith('curl')

/** As pasted into a terminal, here with the addresses of this suite. */
async function paste(block: string, taskId = ''): Promise<string> {
  const script = block
    .replaceAll('http://localhost:8001', server.baseUrl)
    .replaceAll('<task_id>', taskId)
    .replaceAll('http://127.0.0.1:<port>', openSearch.url)
  expect(script).not.toMatch(/<\w+>/)
  const { stdout } = await run('bash', ['-c', script], { env: { PATH: process.env['PATH'] } })
  return stdout
}

test('the commands of the README do what it says, pasted as they stand', async () => {
  const [reindex = '', look = '', search = '', rest = '', ...more] = await readBlocks()
  expect(more).toEqual([])

  const { task_id } = JSON.parse(await paste(reindex)) as ScheduledTask
  expect(JSON.parse(await paste(look, task_id))).toMatchObject({ task_id, index: 'image-20231106' })
  expect(await server.waitForEnd(task_id)).toMatchObject({ status: 'succeeded', error: null })
  expect(JSON.parse(await paste(search))).toMatchObject({
    hits: { total: { value: expect.any(Number) as number } },
  })

  await paste(rest)
  const { tasks } = (await (await fetch(`${server.baseUrl}/task`)).json()) as TaskPage
  expect(tasks.map(({ action, status }) => [action, status]).reverse()).toEqual([
    ['REINDEX', 'succeeded'],
    ['CREATE_AND_POPULATE_FILTERED_INDEX', 'succeeded'],
    ['POINT_ALIAS', 'succeeded'],
    ['REINDEX', 'succeeded'],
    ['POINT_ALIAS', 'succeeded'],
    ['POINT_ALIAS', 'succeeded'],
    ['DELETE_INDEX', 'succeeded'],
  ])
  const stat = await (await fetch(`${server.baseUrl}/stat/image`)).json()
  expect(stat).toMatchObject({ exists: true, is_alias: true, alt_names: ['image-20231106'] })
})
