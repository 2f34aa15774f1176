import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { ScheduledTask, TaskPage } from '@ingestion-server/core/contract'
import {
  createCatalogTables,
  generateSampleRows,
  startOpenSearch,
  type RunningOpenSearch,
} from '@ingestion-server/local-services'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { readBlocks, root } from './support/docs-blocks.ts'
import { startPasted } from './support/start-pasted.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'

const run = promisify(execFile)

/** Pages whose commands all run here, in any order. */
const pages = [
  'docs/reference/http-api.md',
  'docs/reference/command-line.md',
  'docs/explanation/verification.md',
  'docs/how-to/monitor.md',
]

let database: TestDatabase
/** One of its own: the commands use names that other suites have too. */
let openSearch: RunningOpenSearch
let server: ServerProcess
let folder: string

/** Run in reverse order, also after a set-up that failed halfway. */
const endings: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readme-'))
  endings.push(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'etc/systemd/system'), { recursive: true })
  const [creating, starting] = [createTestDatabase(postgresUrl()), startOpenSearch({ startsFast: true })]
  endings.push(
    async () => (await creating).drop(),
    async () => (await starting).stop(),
  )
  ;[database, openSearch] = await Promise.all([creating, starting])
  await createCatalogTables(database.url)
  await generateSampleRows(database.url, { images: 2_000, audio: 200 })
  server = await startServer(database.url)
  endings.push(() => server.stop())
})
afterAll(async () => {
  for (const end of endings.reverse()) await end()
})

async function findBlock(page: string, starts: string): Promise<string> {
  const found = (await readBlocks(page)).find((block) => block.startsWith(starts))
  if (found === undefined) throw new Error(`${page} has no block that starts with ${starts}`)
  return found
}

async function startServer(databaseUrl: string, env: Record<string, string> = {}): Promise<ServerProcess> {
  const started = await startServerProcess({
    ...env,
    DATABASE_URL: databaseUrl,
    OPENSEARCH_URL: openSearch.url,
    SENSITIVE_TERMS_URL: pathToFileURL(resolve(root, 'scripts/sample-sensitive-terms.txt')).href,
  })
  await waitUntilReady(started.baseUrl)
  return started
}

const isCurl = (block: string) => block.startsWith('curl')
const isServer = (block: string) => /^(cd \S+ && )?(node|deno|bun) /.test(block)

/** With the Node that runs this test, and the Deno and Bun of the workspace. */
const path = [dirname(process.execPath), join(root, 'packages/core/node_modules/.bin'), process.env['PATH']]
const environment = () => ({
  PATH: path.join(delimiter),
  HOME: process.env['HOME'],
  INGESTION_URL: server.baseUrl,
})

/** As pasted into a terminal, here with the addresses of this suite; a command that fails fails the test. */
async function paste(block: string, { taskId = '', baseUrl = server.baseUrl } = {}): Promise<string> {
  const script = block
    .replaceAll('http://localhost:8001', baseUrl)
    .replaceAll('<task_id>', taskId)
    .replaceAll('http://127.0.0.1:<port>', openSearch.url)
  expect(script).not.toMatch(/<\w+>/)
  const curl = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }'
  const env = { ...environment(), INGESTION_URL: baseUrl }
  const { stdout } = await run('bash', ['-euc', `${curl}\n${script}`], { cwd: root, env })
  return stdout
}

/** The output of an example of the SDK, in a package that has it among its dependencies. */
async function runModule(example: string): Promise<string> {
  const code = example.replaceAll('http://localhost:8001', server.baseUrl)
  const args = ['--input-type=module-typescript', '--eval', code]
  const { stdout } = await run(process.execPath, args, { cwd: join(root, 'packages/cli') })
  return stdout
}

describe('README', () => {
  test('the calls do what it says, pasted as they stand', async () => {
    const [reindex = '', look = '', search = '', rest = '', ...more] = (await readBlocks('README.md')).filter(
      isCurl,
    )
    expect(more).toEqual([])

    const { task_id } = JSON.parse(await paste(reindex)) as ScheduledTask
    expect(JSON.parse(await paste(look, { taskId: task_id }))).toMatchObject({
      task_id,
      index: 'image-20231106',
    })
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

  test('the example of the SDK prints the counts', async () => {
    const [example = ''] = await readBlocks('README.md', 'ts')
    expect(await runModule(example)).toContain('read: 2000')
  })

  test('the commands of the command line succeed', async () => {
    const blocks = (await readBlocks('README.md')).filter((block) => block.startsWith('npm run -s cli'))
    expect(blocks).toHaveLength(1)
    expect(await paste(blocks.join(''))).toContain('image-20231109')
  })
})

describe('docs', () => {
  test.each(pages)('%s: all commands succeed, pasted in order', async (page) => {
    const blocks = await readBlocks(page)
    expect(await paste(blocks.join('\n'))).not.toBe('')
  })

  test('docs/tutorial/first-index.md: each step has the result that it names', async () => {
    const [
      start,
      build = '',
      wait = '',
      show = '',
      promote = '',
      search = '',
      filter = '',
      searchFiltered = '',
      ...rest
    ] = await readBlocks('docs/tutorial/first-index.md')
    const [goBack = '', cleanUp = '', ...more] = rest
    expect([start, ...more]).toEqual(['npm start\n'])

    const { task_id: taskId } = JSON.parse(await paste(build)) as ScheduledTask
    expect(JSON.parse(await paste(wait, { taskId }))).toMatchObject({ status: 'succeeded', error: null })
    expect(JSON.parse(await paste(show))).toMatchObject({ verified: true, aliases: [] })
    await paste(promote)
    const hits = (value: unknown) => ({ hits: { total: { value } } })
    expect(JSON.parse(await paste(search))).not.toMatchObject(hits(0))
    await paste(filter)
    expect(JSON.parse(await paste(searchFiltered))).toMatchObject(hits(0))

    const [example = ''] = await readBlocks('docs/tutorial/first-index.md', 'ts')
    expect((await runModule(example)).trimEnd().split('\n').at(-1)).toBe("[ 'image-20240102' ]")
    expect(await paste(goBack)).toMatch(/"alt_names":\s*\["image-20240101"\]/)
    await paste(cleanUp)
    expect((await fetch(`${server.baseUrl}/index/image-20240102`)).status).toBe(404)
  })

  test('docs/how-to/roll-back.md: the alias points to where it pointed before', async () => {
    await promoteTwoIndices('20240501', '20240502')
    await paste((await readBlocks('docs/how-to/roll-back.md')).join('\n'))
    const stat = await (await fetch(`${server.baseUrl}/stat/image`)).json()
    expect(stat).toMatchObject({ alt_names: ['image-20240501'] })
  })

  test('docs/how-to/move-from-python.md: the four calls work, each after the end of the one before', async () => {
    await paste('npm run -s cli -- reindex image --suffix 20240229 --wait')
    const [calls = '', preview = '', ...more] = await readBlocks('docs/how-to/move-from-python.md')
    expect(more).toEqual([])
    for (const call of calls.trimEnd().split('\n')) {
      const answer = JSON.parse(await paste(call)) as ScheduledTask
      expect(answer).toMatchObject({
        message: expect.any(String) as string,
        status_check: expect.any(String) as string,
      })
      expect(await server.waitForEnd(answer.task_id)).toMatchObject({
        active: false,
        progress: 100,
        error: null,
      })
    }
    expect(JSON.parse(await paste(preview))).toMatchObject({ dry_run: true, refusals: [] })
  })

  test.each([
    ['GET', '/', null, 200],
    ['GET', '/healthcheck', null, 404],
    ['POST', '/worker_finished', {}, 404],
    ['DELETE', '/state', null, 404],
    ['GET', '/task/00112233445566778899aabbccddeeff', null, 404],
    ['POST', '/task', { model: 'image', action: 'INGEST_UPSTREAM' }, 400],
    ['POST', '/task', { model: 'image', action: 'UPDATE_INDEX', since_date: '2024-03-01' }, 400],
    ['POST', '/task', { model: 'image', action: 'PROMOTE', index_suffix: 'a', alias: 'image' }, 400],
    ['POST', '/task', { model: 'image', action: 'DELETE_INDEX', alias: 'image', force_delete: true }, 400],
    ['POST', '/task', { model: 'image', action: 'CREATE_AND_POPULATE_FILTERED_INDEX' }, 400],
  ])('docs/how-to/move-from-python.md: %s %s with %j answers %d', async (method, path, body, status) => {
    const headers = { 'Content-Type': 'application/json' }
    const init = { method, headers, ...(body !== null && { body: JSON.stringify(body) }) }
    const response = await fetch(`${server.baseUrl}${path}`, init)
    expect(response.status).toBe(status)
    if (status >= 400) expect(await response.json()).toHaveProperty('detail')
  })

  test('docs/how-to/back-up.md: the index of the README is promoted; back-up.test.ts has the rest', async () => {
    const blocks = await readBlocks('docs/how-to/back-up.md')
    const runnable = blocks.filter((block) => !/^pg_(dump|restore) /.test(block))
    expect(runnable).toHaveLength(blocks.length - 2)
    expect(await paste(runnable.join('\n'))).toContain('image-20231106')
  })

  test('docs/how-to/tune.md: an active task takes limits', async () => {
    const own = await createTestDatabase(postgresUrl())
    await createCatalogTables(own.url)
    // Without workers, the task stays active.
    const idle = await startServer(own.url, { ROLE: 'api' })
    try {
      const body = '{"model": "image", "action": "REINDEX"}'
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(`${idle.baseUrl}/task`, { method: 'POST', headers, body })
      const { task_id: taskId } = (await answer.json()) as ScheduledTask
      const [commands = ''] = await readBlocks('docs/how-to/tune.md')
      const [limited = '', lifted = ''] = commands.trimEnd().split('\n')
      const limits = { documents_per_second: 2000, in_flight: 1 }
      expect(JSON.parse(await paste(limited, { taskId, baseUrl: idle.baseUrl }))).toMatchObject({ limits })
      const none = { documents_per_second: null, in_flight: null }
      expect(JSON.parse(await paste(lifted, { taskId, baseUrl: idle.baseUrl }))).toMatchObject({
        limits: none,
      })
    } finally {
      await idle.stop()
      await own.drop()
    }
  })

  test('docs/how-to/authentication.md: all commands succeed, and then the server asks for a token', async () => {
    // The first token closes a server for good.
    const own = await createTestDatabase(postgresUrl())
    await createCatalogTables(own.url)
    const closed = await startServer(own.url)
    try {
      const blocks = await readBlocks('docs/how-to/authentication.md')
      const output = await paste(blocks.join('\n'), { baseUrl: closed.baseUrl })
      expect(output).toContain('"name":"nightly"')
      expect((await fetch(`${closed.baseUrl}/task`)).status).toBe(401)
    } finally {
      await closed.stop()
      await own.drop()
    }
  })

  test('docs/how-to/deploy.md: all builds succeed, and what is built listens', async () => {
    const blocks = await readBlocks('docs/how-to/deploy.md')
    for (const build of blocks.filter((block) => !isServer(block))) await paste(build)
    const servers = blocks.filter(isServer)
    expect(servers.length).toBeGreaterThan(0)
    const env = {
      ...environment(),
      DATABASE_URL: database.url,
      OPENSEARCH_URL: openSearch.url,
      PORT: '0',
      DASHBOARD_PORT: '0',
    }
    for (const command of servers) await startPasted(command, env)

    const units = await findBlock('deploy/README.md', 'mkdir -p /opt')
    const copied = join(folder, 'opt/ingestion-server')
    await paste(units.replaceAll(/(?<= )\/(?=opt|etc)/g, `${folder}/`))
    await startPasted(`cd ${copied}/server && node main.mjs --role api`, env)
    await startPasted(`cd ${copied}/dashboard && node build/index.js`, env)
    const starts = await findBlock('deploy/README.md', 'systemctl')
    const names = Array.from(starts.matchAll(/ (ingestion-[\w-]+@?)/g), ([, name]) => `${name}.service`)
    expect(await readdir(join(folder, 'etc/systemd/system'))).toEqual(expect.arrayContaining(names))
  })

  test('docs/reference/task-data.md: the results of the tasks above have the fields that it lists', async () => {
    const sections = (await readFile(join(root, 'docs/reference/task-data.md'), 'utf8')).matchAll(
      /^`([A-Z_]+)`:\n\n([^]+?)\n\n/gm,
    )
    const documented = new Map(
      Array.from(sections, ([, action = '', table = '']) => [
        action,
        Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, field]) => field),
      ]),
    )
    const { tasks } = (await (await fetch(`${server.baseUrl}/task?page_size=100`)).json()) as TaskPage
    const results = tasks.filter(({ result }) => result !== null)
    expect([...new Set(results.map(({ action }) => action))].sort()).toEqual([...documented.keys()].sort())
    for (const { action, result } of results)
      expect(documented.get(action), action).toEqual(expect.arrayContaining(Object.keys(result ?? {})))
  })

  test('docs/reference/task-data.md: the statements run', async () => {
    const [statements = ''] = await readBlocks('docs/reference/task-data.md', 'sql')
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
    try {
      await sql.unsafe(statements)
    } finally {
      await sql.end()
    }
  })
})

/** Builds two indices of images and points the alias to one after the other. */
async function promoteTwoIndices(...suffixes: readonly string[]): Promise<void> {
  for (const suffix of suffixes) {
    await paste(`npm run -s cli -- reindex image --suffix ${suffix} --wait`)
    await paste(`npm run -s cli -- promote image --suffix ${suffix} --wait`)
  }
}
