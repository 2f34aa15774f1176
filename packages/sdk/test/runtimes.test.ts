import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'tsdown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startScriptedServer } from './scripted-server.ts'
import {
  eventMessage,
  failedDocument,
  problem,
  progressMessage,
  scheduledTask,
  succeededTask,
  taskEvent,
  taskId,
  wireTask,
} from './wire.ts'

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

test.each(Object.keys(runtimes) as (keyof typeof runtimes)[])(
  'the package as it is published works on %s',
  async (name) => {
    const { program, args, version } = runtimes[name]
    expect((await run(program, ['--version'])).stdout).toMatch(version)

    const server = await startScriptedServer()
    const [first, second] = cutInsideCharacter(eventMessage(taskEvent(3, 'waiting', { reason: 'näher' })))
    const refusal = problem(409, 'index_aliased', { request_id: 'r-1' })
    server.play('reset', { status: 202, json: scheduledTask() })
    // Not a lost connection: Bun drops what it has not read by then.
    server.play({ stream: [progressMessage(), first, second, first], then: 'end' })
    server.play({ json: wireTask({ progress: 50 }) })
    server.play({ stream: [progressMessage(succeededTask())], then: 'end' })
    server.play({ stream: [first, second, progressMessage()], then: 'silence' })
    server.play({ json: { failed_documents: [failedDocument('1')], next_page_token: '1' } })
    server.play({ json: { failed_documents: [failedDocument('2')], next_page_token: null } })
    server.play({ stream: [progressMessage()], then: 'silence' })
    server.play({ status: 409, json: refusal })
    try {
      const { stdout } = await run(program, [
        ...args,
        pathToFileURL(join(outDir, 'index.js')).href,
        server.url,
      ])
      expect(JSON.parse(stdout)).toEqual({
        id: taskId,
        progress: [40, 50, 100],
        status: 'succeeded',
        events: [[3, { reason: 'näher' }]],
        failed: ['1', '2'],
        aborted: 'changed my mind',
        refused: [true, true, 'r-1'],
      })
    } finally {
      await server.stop()
    }

    const { requests } = server
    expect(requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(requests[1]?.headers['idempotency-key']).toBe(requests[0]?.headers['idempotency-key'])
    expect(requests[4]?.headers).toMatchObject({
      'last-event-id': '3',
      authorization: 'Bearer secret-token',
      'ingestion-actor': 'Zo%C3%AB',
    })
  },
)

/** In two packets, as a network may. */
function cutInsideCharacter(text: string): [Uint8Array, Uint8Array] {
  const bytes = new TextEncoder().encode(text)
  const place = bytes.findIndex((byte) => byte > 127) + 1
  return [bytes.subarray(0, place), bytes.subarray(place)]
}
