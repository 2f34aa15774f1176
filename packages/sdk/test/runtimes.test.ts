import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'tsdown'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { runInChromium } from './runtime/chromium.ts'
import { expectSuiteRequests, playSuite, suiteResult } from './runtime/script.ts'
import { startScriptedServer } from './scripted-server.ts'

const run = promisify(execFile)
const packageDir = resolve(import.meta.dirname, '..')
const suite = resolve(import.meta.dirname, 'runtime/suite.mjs')
const bin = (name: string) => resolve(packageDir, 'node_modules/.bin', name)

const runtimes = {
  'Node 24': { program: 'node', args: [suite], version: /^v24\./ },
  'Deno 2': {
    program: bin('deno'),
    args: ['run', '--quiet', '--no-prompt', '--no-config', '--no-lock', '--allow-net', '--allow-read', suite],
    version: /^deno 2\./,
  },
  'Bun 1.4': { program: bin('bun'), args: ['run', suite], version: /^1\.4\./ },
} as const

let outDir: string
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'sdk-runtimes-'))
  const config = join(packageDir, 'scripts/tsdown.config.ts')
  await build({ config, outDir, minify: true, dts: false, logLevel: 'error' })
})
afterAll(() => rm(outDir, { recursive: true }))

test.for(Object.keys(runtimes) as (keyof typeof runtimes)[])(
  'the published package works on %s',
  async (name, { signal }) => {
    const { program, args, version } = runtimes[name]
    expect((await run(program, ['--version'], { signal })).stdout).toMatch(version)

    const server = await startScriptedServer()
    onTestFinished(() => server.stop())
    playSuite(server)
    const bundle = pathToFileURL(join(outDir, 'index.js')).href
    const { stdout } = await run(program, [...args, bundle, server.url], { signal })
    expect(JSON.parse(stdout)).toEqual(suiteResult)
    expectSuiteRequests(server)
  },
)

test('the published package works in Chromium', async () => {
  const { result, server } = await runInChromium({ bundle: join(outDir, 'index.js'), suite })
  expect(result).toEqual(suiteResult)
  expectSuiteRequests(server)
})
