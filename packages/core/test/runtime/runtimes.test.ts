import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { sampleDataDir } from '../support/sample-data.ts'
import type { SuiteOptions, SuiteResult } from './suite.ts'

const entry = resolve(import.meta.dirname, 'run-suite.ts')
const bin = (name: string) => resolve(import.meta.dirname, '../../node_modules/.bin', name)

/** How each runtime runs a TypeScript file, and the command that tells its version. */
const runtimes = {
  'Node 24': { program: 'node', args: [entry], version: /^v24\./ },
  'Deno 2': {
    program: bin('deno'),
    args: ['run', '--quiet', '--no-prompt', '--allow-all', '--node-modules-dir=manual', '--no-lock', entry],
    version: /^deno 2\./,
  },
  'Bun 1.4': { program: bin('bun'), args: ['run', entry], version: /^1\.4\./ },
} as const

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: inject('postgresUrl'),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(() => harness.close())

test.each(Object.keys(runtimes) as (keyof typeof runtimes)[])(
  'core reindexes the real rows on %s',
  async (name) => {
    const { program, args, version } = runtimes[name]
    const run = promisify(execFile)
    expect((await run(program, ['--version'])).stdout).toMatch(version)

    const suffix = `${harness.suffix}-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`
    const options: SuiteOptions = {
      databaseUrl: harness.databaseUrl,
      openSearchUrl: inject('openSearchUrl'),
      suffix,
      sliceMs: 250,
    }
    const { stdout } = await run(program, [...args, JSON.stringify(options)])
    const { tasks, pauses } = JSON.parse(String(stdout.trim().split('\n').at(-1))) as SuiteResult
    expect(tasks).toMatchObject([
      { model: 'image', status: 'succeeded', error: null, counts: { read: 2_899 } },
      { model: 'audio', status: 'succeeded', error: null, counts: { read: 100 } },
    ])
    // Slices this short end in the middle: the task went on from its checkpoints.
    expect(pauses).toBeGreaterThan(0)
    for (const { model } of tasks) {
      await expectIndexToEqualDatabase(harness, model as 'image' | 'audio', `${model}-${suffix}`)
    }
  },
)
