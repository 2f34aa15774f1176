import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startOpenSearch, type OpenSearchOptions, type RunningOpenSearch } from '../src/index.ts'
import { fetchRunner } from '../src/opensearch/fetch-runner.ts'
import { chooseRelease, releases } from '../src/opensearch/releases.ts'
import { makeTestFolder } from './test-folder.ts'
import { writeProgram } from './write-program.ts'

async function start(options: OpenSearchOptions = {}): Promise<RunningOpenSearch> {
  const running = await startOpenSearch({ heapMb: 512, startsFast: true, ...options })
  onTestFinished(() => running.stop())
  return running
}

async function request(
  url: string,
  method = 'GET',
  body?: object,
): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}

test('OpenSearch keeps its indices through a kill, makes none by itself, and says which port is taken', async () => {
  const dataDir = join(await makeTestFolder(), 'opensearch')
  const first = await start({ dataDir })
  expect(JSON.parse((await request(first.url)).text)).toMatchObject({ version: { number: first.version } })
  const settings = { index: { number_of_replicas: 0 } }
  expect((await request(`${first.url}/kept`, 'PUT', { settings })).status).toBe(200)
  expect((await request(`${first.url}/kept/_doc/1`, 'PUT', { title: 'harbour' })).status).toBe(201)
  expect((await request(`${first.url}/unknown/_doc/1`, 'PUT', {})).status).toBe(404)
  const elsewhere = join(await makeTestFolder(), 'opensearch')
  await expect(startOpenSearch({ dataDir: elsewhere, port: first.port })).rejects.toMatchObject({
    code: 'port_taken',
    port: first.port,
  })
  await expect(startOpenSearch({ dataDir })).rejects.toMatchObject({
    code: 'folder_in_use',
    pid: process.pid,
  })
  await first.kill()

  const second = await start({ dataDir, port: first.port })
  expect((await request(`${second.url}/kept/_doc/1`)).status).toBe(200)
})

test('two nodes make one green cluster', async () => {
  const { url } = await start({ nodes: 2 })
  await request(`${url}/replicated`, 'PUT', { settings: { index: { number_of_replicas: 1 } } })
  const health = await request(`${url}/_cluster/health?wait_for_status=green&timeout=30s`)
  expect(JSON.parse(health.text)).toMatchObject({ status: 'green', number_of_nodes: 2 })
})

test('the Java at hand decides on the release, and the one asked for is never replaced by another', () => {
  const java = (major: number) => ({
    home: `/java/${major}`,
    major,
    version: `${major}.0.1`,
    hasVectors: true,
    isFetched: false,
  })
  const choose = (majors: number[], asked?: '2' | '3') => {
    const chosen = chooseRelease(majors.map(java), asked)
    return chosen && [chosen.release.major, chosen.java.major]
  }
  expect(choose([25, 17])).toEqual(['3', 25])
  expect(choose([17])).toEqual(['2', 17])
  expect(choose([17], '3')).toBeUndefined()
  expect(choose([25, 17], '2')).toEqual(['2', 25])
  expect(choose([8])).toBeUndefined()
  expect(choose([])).toBeUndefined()
})

test('without Maven and Docker the error lists the ways', async () => {
  const cacheDir = await makeTestFolder()
  const starting = startOpenSearch({ cacheDir, env: { PATH: '/nowhere' } })
  await expect(starting).rejects.toMatchObject({ code: 'no_opensearch' })
  await expect(starting).rejects.toThrow(/OPENSEARCH_URL[^]*apt-get install maven[^]*start Docker/)
})

const fakeMaven = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
const lib = process.argv.find((argument) => argument.startsWith('-DoutputDirectory=')).slice(18)
appendFileSync(process.env.CALLS, 'mvn\\n')
mkdirSync(lib)
writeFileSync(lib + '/first.jar', 'jar')
if (process.env.FAIL) { console.log('could not transfer artifact'); process.exit(1) }
await new Promise((resolve) => setTimeout(resolve, 100))
writeFileSync(lib + '/last.jar', 'jar')
`

async function prepareFetch() {
  const folder = await makeTestFolder()
  await writeProgram(join(folder, 'bin'), 'mvn', fakeMaven)
  const calls = join(folder, 'calls')
  const [release] = releases
  if (release === undefined) throw new Error('no release')
  const java = { home: '/java', major: 25, version: '25.0.1', hasVectors: true, isFetched: false }
  const env = { PATH: join(folder, 'bin'), CALLS: calls }
  return { source: { cacheDir: join(folder, 'cache'), release, java, env }, calls }
}

test('of several that need the same download one does it, and all get it whole', async () => {
  const { source, calls } = await prepareFetch()
  const libs = await Promise.all([fetchRunner(source), fetchRunner(source), fetchRunner(source)])
  expect(new Set(libs.flat()).size).toBe(1)
  expect(await readFile(join(String(libs[0]?.[0]), 'last.jar'), 'utf8')).toBe('jar')
  expect(await readFile(calls, 'utf8')).toBe('mvn\n')
})

test('a download that fails says what Maven said, leaves nothing, and can be tried again', async () => {
  const { source } = await prepareFetch()
  const failing = { ...source, env: { ...source.env, FAIL: '1' } }
  await expect(fetchRunner(failing)).rejects.toThrow(/could not transfer artifact/)
  const [lib] = await fetchRunner(source)
  expect(await readFile(join(String(lib), 'last.jar'), 'utf8')).toBe('jar')
})

const fakeDocker = `
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
const args = process.argv.slice(2)
appendFileSync(process.env.CALLS, args.join(' ') + '\\n')
if (args[0] === 'image') process.exit(1)
if (args[0] === 'run') {
  const port = Number(args[args.indexOf('--publish') + 1].split(':')[1])
  createServer((_, response) => response.end('{}')).listen(port, '127.0.0.1')
  process.on('SIGTERM', () => process.exit(143))
}
`

test('without Maven, but with a Docker daemon, the official image is run, on loopback and without security', async () => {
  const folder = await makeTestFolder()
  await writeProgram(join(folder, 'bin'), 'docker', fakeDocker)
  const calls = join(folder, 'calls')
  const env = { PATH: join(folder, 'bin'), CALLS: calls }
  const running = await start({ cacheDir: join(folder, 'cache'), env, version: '2' })
  expect(running.version).toBe('2.19.1')
  await running.stop()
  const lines = (await readFile(calls, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['info', 'rm', 'image', 'pull', 'run', 'volume'])
  expect(lines[4]).toContain(`--publish 127.0.0.1:${running.port}:9200`)
  expect(lines[4]).toContain('--env DISABLE_SECURITY_PLUGIN=true')
  expect(lines[4]).toMatch(/ opensearchproject\/opensearch:2\.19\.1$/)
})
