import { execFile } from 'node:child_process'
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ScheduledTask } from '@ingestion-server/core/contract'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { findRuntime } from '@ingestion-server/core/testing/runtime/run-on.ts'
import { startWorker } from '@ingestion-server/core/testing/runtime/start-worker.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { loadSampleData } from '@ingestion-server/local-services'
import { startServer, type ServerProcess } from '@ingestion-server/server/testing/run-server.ts'
import { build } from 'vite'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { comparableLines, readDeclarations, readReport } from '../../../scripts/pack/api-report.ts'
import { checkTarball } from '../../../scripts/pack/check-tarball.ts'
import type { PackageName } from '../../../scripts/pack/pack-packages.ts'
import { onJsr, publishToJsr } from '../../../scripts/pack/publish-jsr.ts'
import { installConsumer, type Consumer } from './support/install-consumer.ts'
import { placeRuntimeFiles, startWrangler } from './support/place-runtime-files.ts'
import { servePage, type Page } from './support/serve-page.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const node22 = join(
  root,
  `packages/local-services/node_modules/node-22-${process.platform}-${process.arch}/bin/node`,
)
/** Rows of the audio table. */
const built = { status: 'succeeded', indexed: 100 }

let harness: Harness
let consumer: Consumer
let page: Page
let server: ServerProcess
/** What was started, in the order in which it ends. */
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'ingestion-consumer-'))
  closing.unshift(() => rm(temporary, { recursive: true }))
  const { folder } = (consumer = await installConsumer(temporary))
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
  closing.unshift(harness.close)
  await loadSampleData(harness.databaseUrl, sampleDataDir)
  const bundled = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2022', rolldownOptions: { input: join(folder, 'browser.ts') } },
  })
  if (!('output' in bundled)) throw new Error('Vite made more than one bundle')
  page = await servePage(bundled.output[0].code)
  closing.unshift(page.close)
  server = await startServer(
    { program: process.execPath, args: [bin('ingestion-server')], main: 'start' },
    { ...services(), CORS_ORIGINS: page.origin },
  )
  closing.unshift(async () => expect(await server.stop()).toBe(0))
})
afterAll(async () => {
  for (const close of closing) await close()
})

const bin = (name: string) => join(consumer.folder, 'node_modules/.bin', name)
const services = () => ({ DATABASE_URL: harness.databaseUrl, OPENSEARCH_URL: inject('openSearchUrl') })
const installed = (path: string) => join(consumer.folder, 'node_modules', path)

test.each([
  '@ingestion-server/core',
  '@ingestion-server/sdk',
  'ingestion-server',
  '@ingestion-server/dashboard',
] satisfies PackageName[])('the tarball of %s has a sound manifest, types and size', async (name) => {
  expect(await checkTarball(name, consumer.tarballs[name])).toEqual([])
})

test.each([
  '@ingestion-server/core/dist/postgres',
  'ingestion-server/dist',
  '@ingestion-server/dashboard/build',
])('%s contains postgres.js as it is patched here', async (folder) => {
  let copies = 0
  for await (const file of glob('**/*.js', { cwd: installed(folder) })) {
    const code = await readFile(join(installed(folder), file), 'utf8')
    // Where it rejects a query whose connection was closed: the patch drops a condition before it.
    const places = code.match(/.{0,20}\(query \|\| sent\.length\) && error\(/g) ?? []
    expect(
      places.filter((place) => place.includes('hadError')),
      file,
    ).toEqual([])
    copies += places.length
  }
  expect(copies).toBeGreaterThan(0)
})

test.each(['@ingestion-server/core', '@ingestion-server/sdk'] as const)(
  'the interface of %s is as its API report says (npm run pack -- --update-api)',
  async (name) => {
    const declared = await readDeclarations(installed(`${name}/dist`))
    expect(comparableLines(declared)).toEqual(comparableLines(await readReport(name)))
  },
)

test.each(onJsr)('JSR accepts %s', async (name) => {
  const output = await publishToJsr(consumer.tarballs[name], { isDryRun: true, token: null })
  expect(output).toContain('Success Dry run complete')
  expect(output).not.toContain('warning')
})

test('a TypeScript project compiles against the packages', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [tsc, '-p', consumer.folder], {
    cwd: consumer.folder,
  }).catch((error: unknown) => error as { stdout: string })
  // Drizzle's own types import optional packages; those of ours and the project's files have to be in order.
  const own = stdout
    .split('\n')
    .filter((line) => line !== '' && !/^( |node_modules\/(?!@?ingestion-server))/.test(line))
  expect(own).toEqual([])
})

test.each(['Node 24', 'Node 22', 'Deno 2', 'Bun 1.4'] as const)(
  'core and SDK build an index each on %s',
  async (name) => {
    const suffix = `${harness.suffix}-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`
    const { program, args } = name === 'Node 22' ? { program: node22, args: [] } : await findRuntime(name)
    const { databaseUrl } = harness
    const options = { databaseUrl, openSearchUrl: inject('openSearchUrl'), suffix, baseUrl: server.baseUrl }
    const { stdout } = await run(program, [...args, 'run.ts', JSON.stringify(options)], {
      cwd: consumer.folder,
    })
    expect(JSON.parse(String(stdout.trim().split('\n').at(-1)))).toEqual({ core: built, sdk: built })
    await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}-core`)
    await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}-sdk`)
  },
)

test("the example of core's README builds an index", async () => {
  const [, example = ''] =
    /```ts\n([^]*?)```/.exec(await readFile(installed('@ingestion-server/core/README.md'), 'utf8')) ?? []
  const suffix = `${harness.suffix}-readme`
  const code = example
    .replace('postgres://user:password@localhost:5432/catalog', harness.databaseUrl)
    .replace('https://user:password@localhost:9200', inject('openSearchUrl'))
    .replace('20231106', suffix)
    // It has fewer rows.
    .replaceAll(/\bimage\b/g, 'audio')
  await run(process.execPath, ['--input-type=module-typescript', '--eval', code], { cwd: consumer.folder })
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}`)
})

test('the SDK builds an index from a page that Vite has bundled', async () => {
  const suffix = `${harness.suffix}-browser`
  expect(await page.open({ base_url: server.baseUrl, suffix })).toEqual(built)
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}`)
})

test('core builds an index in a worker', async () => {
  const suffix = `${harness.suffix}-core-worker`
  const options = { databaseUrl: harness.databaseUrl, openSearchUrl: inject('openSearchUrl'), suffix }
  const worker = await startWorker(join(consumer.folder, 'core-worker.ts'), { OPTIONS: options })
  try {
    expect(await (await worker.fetch('/')).json()).toEqual(built)
  } finally {
    await worker.stop()
  }
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}`)
})

test('deploy/cloudflare: wrangler serves the API and works at the cron trigger', async () => {
  const suffix = `${harness.suffix}-wrangler`
  const API_TOKEN = 'a-token-for-the-edge'
  const folder = await placeRuntimeFiles(consumer, 'cloudflare')
  const worker = await startWrangler(folder, { ...services(), API_TOKEN, LOG_LEVEL: 'error' })
  const headers = { Authorization: `Bearer ${API_TOKEN}`, 'Content-Type': 'application/json' }
  const body = JSON.stringify({ model: 'audio', action: 'REINDEX', index_suffix: suffix })
  try {
    const response = await fetch(`${worker.baseUrl}/task`, { method: 'POST', headers, body })
    expect(response.status).toBe(202)
    const { task_id } = (await response.json()) as ScheduledTask
    const workAndLook = async () => {
      expect((await fetch(`${worker.baseUrl}/__scheduled`)).status).toBe(200)
      return (await fetch(`${worker.baseUrl}/task/${task_id}`, { headers })).json()
    }
    const ended = { status: 'succeeded', counts: { indexed: 100 } }
    await expect.poll(workAndLook, { timeout: 120_000 }).toMatchObject(ended)
  } finally {
    await worker.stop()
  }
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}`)
})

test.each(['deno', 'bun'] as const)(
  'deploy/%s: its tasks migrate, start the server and call it',
  async (name) => {
    const suffix = `${harness.suffix}-${name}-tasks`
    const folder = await placeRuntimeFiles(consumer, name)
    const bins = join(root, 'packages/core/node_modules/.bin')
    const [program, options] =
      name === 'deno'
        ? [(await findRuntime('Deno 2')).program, ['task', '--quiet', '--cwd', folder]]
        : [join(bins, 'bun'), ['run', '--silent', '--cwd', folder]]
    // Bun starts itself once more, from the path.
    const env = { ...services(), PATH: `${bins}:${process.env['PATH']}`, NO_COLOR: '1' }
    const call = (...args: string[]) =>
      run(program, [...options, ...args], { env: { ...process.env, ...env } })
    expect((await call('migrate')).stdout).toContain('The tables are up to date.')
    const started = await startServer({ program, args: options, main: 'start' }, env)
    try {
      const body = { model: 'audio', action: 'REINDEX', index_suffix: suffix }
      const { task_id } = await started.submit(body)
      expect(await started.waitForEnd(task_id)).toMatchObject({
        status: 'succeeded',
        counts: { indexed: 100 },
      })
    } finally {
      expect(await started.stop()).toBe(0)
    }
    await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}`)
  },
)

test.each(['Node 24', 'Node 22'])('the command line migrates and builds an index on %s', async (name) => {
  const program = name === 'Node 22' ? node22 : process.execPath
  const suffix = `${harness.suffix}-cli-${name.slice(-2)}`
  const env = { INGESTION_URL: server.baseUrl, DATABASE_URL: harness.databaseUrl }
  const cli = (...args: string[]) => run(program, [bin('ingestion-server'), ...args], { env })
  expect((await cli('migrate')).stdout).toBe('The tables are up to date.\n')
  const { stdout } = await cli('reindex', 'audio', '--suffix', suffix, '--wait', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', counts: { indexed: 100 } })
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${suffix}`)
})

test('start without the URLs of its services names three ways to get them, and help works without', async () => {
  const cli = (...args: string[]) => run(process.execPath, [bin('ingestion-server'), ...args], { env: {} })
  const refused = await cli('start').catch((error: unknown) => error as { code: number; stderr: string })
  expect(refused).toMatchObject({ code: 1 })
  expect(refused.stderr).toContain('DATABASE_URL and OPENSEARCH_URL are not set')
  expect(refused.stderr).toMatch(/^1\. [^]*^2\. [^]*^3\. [^]*ingestion-server start --demo$/m)
  expect((await cli('start', '--help')).stdout).toContain('--role worker')
  expect((await cli('start', '--demo', '--help')).stdout).toContain('DATA_DIR')
  const help = (await cli('--help')).stdout
  for (const command of ['start', 'migrate', 'reindex'])
    expect(help).toMatch(new RegExp(`^  ${command} `, 'm'))
})

test('the dashboard serves its pages on Node 22', async () => {
  const dashboard = await startServer(
    { program: node22, args: [], main: bin('ingestion-dashboard') },
    { DATABASE_URL: harness.databaseUrl, INGESTION_URL: server.baseUrl, DASHBOARD_PORT: '0' },
  )
  try {
    expect((await fetch(`${dashboard.baseUrl}/readyz`)).status).toBe(200)
    const response = await fetch(dashboard.baseUrl)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<title>')
  } finally {
    expect(await dashboard.stop()).toBe(0)
  }
})
