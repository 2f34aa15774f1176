import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScheduledTask, Task } from '@ingestion-server/core/contract'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { findFreePort, findFreePorts, loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { buildImage, hiddenFolders, type BuiltImage } from '../../tools/build-image.ts'
import { startInRoot, type Container } from '../../tools/overlay-root.ts'
import { run } from '../../tools/run.ts'
import { deployDir, rootDir } from '../tools.ts'

/** With the line end that a Secret made from a file has. */
const token = 'a-token-of-the-image-test\n'

let image: BuiltImage
let harness: Harness
const containers: Container[] = []

beforeAll(async () => {
  const pnpmStore = (await run('pnpm', ['store', 'path'], { cwd: rootDir })).trim().replace(/\/v\d+$/, '')
  await mkdir(pnpmStore, { recursive: true })
  image = await buildImage({
    root: rootDir,
    dockerfile: join(deployDir, 'docker/Dockerfile'),
    node: process.execPath,
    caches: { pnpm: pnpmStore },
  })
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(async () => {
  for (const { signal, exited } of containers) {
    await signal('SIGKILL').catch(() => undefined) // it may have ended
    await exited
  }
  await harness.close()
  await image.remove()
})

function start(role: string, env: Record<string, string>, ...args: string[]): Container {
  const container = startInRoot({
    layer: image.layer,
    hidden: hiddenFolders(rootDir),
    env: { ...image.env, ...env },
    user: image.user,
    command: [...image.entrypoint, role, ...args],
  })
  containers.push(container)
  return container
}

const waitForContainer = (url: string, { exited, output }: Container) =>
  waitUntilReady(url, { exited, log: output })

/** It ends by itself: with another code after its own time limit, which is a third of that of Kubernetes. */
async function stop(container: Container): Promise<void> {
  await container.signal('SIGTERM')
  expect(await container.exited, container.output()).toBe(0)
}

const services = () => ({
  DATABASE_URL: `${harness.databaseUrl}\n`,
  OPENSEARCH_URL: `${inject('openSearchUrl')}\n`,
  API_TOKEN: token,
  LOG_LEVEL: 'error',
})

test('the image migrates, serves, works and shows, as another user than root on a root that is read-only', async () => {
  const migrate = start('migrate', services())
  expect(await migrate.exited, migrate.output()).toBe(0)

  const [apiPort, workerPort, dashboardPort] = await findFreePorts(3)
  const baseUrl = `http://127.0.0.1:${apiPort}`
  const roles = [
    { url: baseUrl, container: start('api', { ...services(), PORT: `${apiPort}` }) },
    {
      url: `http://127.0.0.1:${workerPort}`,
      container: start('worker', { ...services(), HEALTH_PORT: `${workerPort}` }),
    },
    {
      url: `http://127.0.0.1:${dashboardPort}`,
      container: start('dashboard', {
        DATABASE_URL: `${harness.databaseUrl}\n`,
        DASHBOARD_PORT: `${dashboardPort}`,
        INGESTION_URL: baseUrl,
        INGESTION_TOKEN: token,
      }),
    },
  ]
  for (const { url, container } of roles) await waitForContainer(url, container)

  for (const { container } of roles) {
    const status = await readFile(`/proc/${await container.initPid()}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\s10001\s10001\s10001\s10001$/m)
    expect(status).toMatch(/^CapEff:\s0+$/m)
    const written = await container.exec([
      'sh',
      '-c',
      'for f in /app /tmp / /etc /root; do touch $f/x && echo $f; done; true',
    ])
    expect(written.output.match(/^\/\w*$/gm)).toBeNull()
    expect(await container.exec(image.healthCheck)).toEqual({ exitCode: 0, output: '' })
  }

  const cli = start(
    'cli',
    { INGESTION_URL: baseUrl, INGESTION_TOKEN: token.trim() },
    'reindex',
    'audio',
    '--suffix',
    harness.suffix,
    '--wait',
    '--json',
  )
  expect(await cli.exited, cli.output()).toBe(0)
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${harness.suffix}`)

  for (const { container } of roles) {
    await stop(container)
  }
})

test('a worker that is stopped in the middle of a task ends in time, and another one continues the task', async () => {
  const [apiPort, ...workerPorts] = await findFreePorts(3)
  const [firstPort, secondPort] = workerPorts
  const baseUrl = `http://127.0.0.1:${apiPort}`
  const api = start('api', { ...services(), PORT: `${apiPort}` })
  await waitForContainer(baseUrl, api)
  const startWorker = (port: number | undefined) =>
    start('worker', {
      ...services(),
      HEALTH_PORT: `${port}`,
      ROWS_PER_ITEM: '500',
      TARGET_BODY_LENGTH: '20000',
    })
  const call = async <Body = Task>(method: string, path: string, body?: object): Promise<Body> => {
    const headers = { Authorization: `Bearer ${token.trim()}`, 'Content-Type': 'application/json' }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    return (await (await fetch(`${baseUrl}${path}`, init)).json()) as Body
  }
  const index_suffix = `${harness.suffix}-stopped`
  const request = { model: 'image', action: 'REINDEX', index_suffix }
  const { task_id: id } = await call<ScheduledTask>('POST', '/task', request)
  // Slower than the stop, so that work is left.
  await call('PATCH', `/task/${id}`, { documents_per_second: 100 })
  const first = startWorker(firstPort)
  const getTask = () => call('GET', `/task/${id}`)
  await expect.poll(async () => (await getTask()).counts.indexed).toBeGreaterThan(0)

  await stop(first)
  const stopped = await getTask()
  expect(stopped).toMatchObject({ active: true, error: null })
  expect(stopped.counts.read).toBeLessThan(2_899)

  startWorker(secondPort)
  await call('PATCH', `/task/${id}`, { documents_per_second: null })
  await expect.poll(async () => (await getTask()).active, { timeout: 120_000 }).toBe(false)
  expect(await getTask()).toMatchObject({ status: 'succeeded', counts: { read: 2_899 } })
  await expectIndexToEqualDatabase(harness, 'image', `image-${index_suffix}`)
})

test('a second migration has nothing to do', async () => {
  const migrate = start('migrate', services())
  expect(await migrate.exited, migrate.output()).toBe(0)
})

test.each(['DATABASE_URL', 'OPENSEARCH_URL', 'API_TOKEN'])(
  'without the secret %s a server ends and names it',
  async (name) => {
    const container = start('api', { ...services(), [name]: '' })
    expect(await container.exited).toBe(1)
    expect(container.output()).toContain(name)
  },
)

test('a health check fails where the process does not respond', async () => {
  const port = await findFreePort()
  // It listens on another port than the check asks.
  const container = start('worker', { ...services(), HEALTH_PORT: '0' })
  await expect.poll(() => container.output()).toContain('health on')
  const { exitCode } = await container.exec(['env', `HEALTH_PORT=${port}`, ...image.healthCheck])
  expect(exitCode).not.toBe(0)
})

test('an unknown role is refused with the roles that there are', async () => {
  const container = start('sever', {})
  expect(await container.exited).toBe(2)
  expect(container.output()).toBe('unknown role: sever; use server, api, worker, dashboard, migrate or cli\n')
})

test('the image has its bill of materials, and labels that point to it', async () => {
  const path = image.labels['org.opencontainers.image.sbom'] ?? ''
  const sbom = JSON.parse(await readFile(join(image.layer, path), 'utf8')) as {
    components: { name: string }[]
  }
  expect(sbom.components.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['hono', 'pg-boss', 'argon2']),
  )
  const { version } = JSON.parse(await readFile(join(rootDir, 'apps/server/package.json'), 'utf8')) as {
    version: string
  }
  expect(image.labels['org.opencontainers.image.version']).toBe(version)
})
