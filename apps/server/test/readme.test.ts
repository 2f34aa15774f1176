import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
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
import { startServerProcess, type ServerProcess } from './support/server-process.ts'

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
  server = await startServer(database.url)
})
afterAll(async () => {
  await server.stop()
  await openSearch.stop()
  await database.drop()
})

async function startServer(databaseUrl: string): Promise<ServerProcess> {
  const started = await startServerProcess({
    DATABASE_URL: databaseUrl,
    OPENSEARCH_URL: openSearch.url,
    SENSITIVE_TERMS_URL: pathToFileURL(resolve(root, 'scripts/sample-sensitive-terms.txt')).href,
  })
  while (!(await fetch(`${started.baseUrl}/readyz`)).ok) await new Promise((done) => setTimeout(done, 50))
  return started
}

/** The blocks of a language in a page, in order. */
async function readBlocks(page: string, language = 'sh'): Promise<string[]> {
  const blocks = (await readFile(join(root, page), 'utf8')).matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return [...blocks].filter((block) => block[1] === language).map(([, , block = '']) => block)
}

/** These end by Ctrl-C, or after minutes: scripts/bare-machine.sh runs them. */
const commandsOfTheRepository = ['npm start\n', 'npm test\n']
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
    const code = example.replaceAll('http://localhost:8001', server.baseUrl)
    const args = ['--input-type=module-typescript', '--eval', code]
    // A package that has the SDK among its dependencies.
    const { stdout } = await run(process.execPath, args, { cwd: join(root, 'packages/cli') })
    expect(stdout).toContain('read: 2000')
  })

  test('the commands of the command line succeed', async () => {
    const blocks = (await readBlocks('README.md')).filter((block) => block.startsWith('npm run -s cli'))
    expect(blocks).toHaveLength(1)
    expect(await paste(blocks.join(''))).toContain('image-20231109')
  })
})

/** Pages whose commands run on the server of this suite. */
const pages = ['docs/reference-http-api.md', 'docs/reference-command-line.md', 'docs/verification.md']
/** Pages with tests of their own below. */
const otherPages = ['docs/authentication.md', 'docs/deployment.md']
/** Pages whose commands need hours, or what no test has; and those of the repository. */
const untriedPages = ['docs/opensearch-role.md', 'docs/performance.md', 'docs/reliability.md']

describe('docs', () => {
  test('every command on a page is run, or its page is listed as one that can not be', async () => {
    const files = (await readdir(join(root, 'docs'))).filter((file) => file.endsWith('.md'))
    const found = await Promise.all(
      files.map(async (file) => {
        const blocks = await readBlocks(`docs/${file}`)
        return blocks.some((block) => !commandsOfTheRepository.includes(block)) ? [`docs/${file}`] : []
      }),
    )
    expect(found.flat().sort()).toEqual([...pages, ...otherPages, ...untriedPages].sort())
  })

  test.each(pages)('%s: all commands succeed, pasted in order', async (page) => {
    const blocks = await readBlocks(page)
    expect(await paste(blocks.join('\n'))).not.toBe('')
  })

  test('docs/authentication.md: all commands succeed, and then the server asks for a token', async () => {
    // The first token closes a server for good.
    const own = await createTestDatabase(postgresUrl())
    await createCatalogTables(own.url)
    const closed = await startServer(own.url)
    try {
      const blocks = await readBlocks('docs/authentication.md')
      const output = await paste(blocks.join('\n'), { baseUrl: closed.baseUrl })
      expect(output).toContain('"name":"nightly"')
      expect((await fetch(`${closed.baseUrl}/task`)).status).toBe(401)
    } finally {
      await closed.stop()
      await own.drop()
    }
  })

  test('docs/deployment.md: all builds succeed, and what is built listens', async () => {
    const blocks = await readBlocks('docs/deployment.md')
    for (const build of blocks.filter((block) => !isServer(block))) await paste(build)
    const servers = blocks.filter(isServer)
    expect(servers.length).toBeGreaterThan(0)
    for (const command of servers) await startPasted(command)
  })

  test('docs/task-data.md: the statements run', async () => {
    const [statements = ''] = await readBlocks('docs/task-data.md', 'sql')
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
    try {
      await sql.unsafe(statements)
    } finally {
      await sql.end()
    }
  })
})

/** Starts a server by a command, on a free port, and stops it as soon as it listens. */
async function startPasted(command: string): Promise<void> {
  const env = {
    ...environment(),
    DATABASE_URL: database.url,
    OPENSEARCH_URL: openSearch.url,
    PORT: '0',
    DASHBOARD_PORT: '0',
  }
  // In a group of its own, which gets the signal as a whole, as in a terminal.
  const child = spawn('bash', ['-c', command], { cwd: root, env, detached: true, stdio: 'pipe' })
  let output = ''
  const listening = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('Listening on ')) listening.resolve()
    })
  }
  const closed = once(child, 'close')
  await Promise.race([
    listening.promise,
    closed.then(() => Promise.reject(new Error(`${command} ended before it listened:\n${output}`))),
  ])
  process.kill(-(child.pid as number), 'SIGTERM') // it runs
  await closed
}
