import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type {} from '@ingestion-server/server/testing/provided-context.ts'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import type { Results } from '../report/results.ts'

/** Fixed, so that a failure is caused by the code, not by a new seed. */
const seed = 20_231_106
const minutes = 3

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A separate process, because lost connections raise errors there that nothing can catch. */
test(
  'no fault of the quick kinds makes an index differ, leaves orphans, or keeps a task from ending',
  // The last round begins in time, and may wait for processes, requests and tasks up to their limits.
  { timeout: (minutes + 15) * 60_000 },
  async () => {
    const out = join(folder, 'faults.json')
    const main = resolve(import.meta.dirname, '../main.ts')
    const args = ['--short', '--seed', String(seed), '--minutes', String(minutes), '--out', out]
    const child = spawn(process.execPath, [main, ...args], {
      env: {
        ...process.env,
        FAULTS_OPENSEARCH_URL: inject('openSearchUrl'),
        FAULTS_SERVER_DIR: inject('builtServer'),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const ended = once(child, 'close')
    // After a timeout of the test: it ends its processes and services after the current round.
    onTestFinished(async () => {
      child.kill()
      await ended
    })
    const [code] = (await ended) as [number | null]
    const { rounds } = JSON.parse(await readFile(out, 'utf8')) as Results
    expect(rounds.filter(({ passed }) => !passed)).toEqual([])
    expect(rounds.flatMap(({ faults }) => faults).filter(({ effects }) => effects > 0)).not.toEqual([])
    expect(code).toBe(0)
  },
)
