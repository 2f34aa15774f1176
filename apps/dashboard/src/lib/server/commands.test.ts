import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { json } from 'node:stream/consumers'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import type { ActionName } from '@ingestion-server/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toSnakeCase } from '../wire-names.ts'
import { toCommands } from './commands.ts'

const root = resolve(import.meta.dirname, '../../../../..')

const texts = (task: Parameters<typeof toCommands>[0], needsToken = false) =>
  toCommands(task, { url: 'http://localhost:8001', needsToken }).map(({ text }) => text)

test('a promotion can be repeated with curl, the SDK and the command line', () => {
  const request = {
    model: 'image',
    action: 'POINT_ALIAS',
    indexSuffix: '20231106',
    alias: 'image-filtered',
    allowShrink: true,
  }
  expect(texts({ action: 'POINT_ALIAS', model: 'image', request })).toEqual([
    `curl -X POST -H 'Content-Type: application/json' \\
  -d '{"model":"image","action":"POINT_ALIAS","index_suffix":"20231106","alias":"image-filtered","allow_shrink":true}' http://localhost:8001/task`,
    `// npm install @ingestion-server/sdk
import { createClient } from '@ingestion-server/sdk'

const client = createClient({ baseUrl: "http://localhost:8001" })
const task = await client.pointAlias({ model: "image", indexSuffix: "20231106", alias: "image-filtered", allowShrink: true })
await task.wait()`,
    'npx ingestion-server promote image --suffix 20231106 --alias image-filtered --allow-shrink --wait --url http://localhost:8001',
  ])
})

test('a reindex without options has none on the command line', () => {
  const [, , line] = texts({
    action: 'REINDEX',
    model: 'audio',
    request: { model: 'audio', action: 'REINDEX' },
  })
  expect(line).toBe('npx ingestion-server reindex audio --wait --url http://localhost:8001')
})

test('for a task of an action that this version does not know there are no commands', () => {
  const action = 'RECONCILE' as ActionName // of a newer server
  expect(texts({ action, model: 'image', request: { indexSuffix: 'a' } })).toEqual([])
})

test('what a shell could take for something else is quoted', () => {
  const [curl, , line] = texts({
    action: 'DELETE_INDEX',
    model: 'image',
    request: { indexSuffix: `a'; rm -rf $HOME` },
  })
  expect(curl).toContain(`"index_suffix":"a'\\''; rm -rf $HOME"`)
  expect(line).toBe(
    `npx ingestion-server delete image --suffix 'a'\\''; rm -rf $HOME' --wait --url http://localhost:8001`,
  )
})

test('a server that asks for a token is shown one, from the caller’s environment', () => {
  const task = { action: 'REINDEX' as const, model: 'audio', request: {} }
  const [curl, sdk] = texts(task, true)
  expect(curl).toContain('-H "Authorization: Bearer $INGESTION_TOKEN"')
  expect(sdk).toContain(
    'createClient({ baseUrl: "http://localhost:8001", token: process.env.INGESTION_TOKEN })',
  )
  expect(texts(task).join()).not.toContain('TOKEN')
})

const requests = {
  REINDEX: { indexSuffix: '20231106', maxFailed: 3 },
  CREATE_AND_POPULATE_FILTERED_INDEX: { destinationIndexSuffix: 'a', originIndexSuffix: 'b' },
  POINT_ALIAS: {
    indexSuffix: 'a',
    alias: 'image',
    allowUnfiltered: true,
    allowUnverified: true,
    allowShrink: true,
  },
  DELETE_INDEX: { indexSuffix: "it's" },
} as const

const received: unknown[] = []
const server = createServer((request, response) => {
  void json(request).then((body) => {
    received.push({ method: request.method, url: request.url, body })
    response.writeHead(403, { 'content-type': 'application/problem+json' })
    response.end(
      JSON.stringify({ type: 'about:blank', title: '', status: 403, code: 'forbidden', detail: 'no' }),
    )
  })
})
let listening: Listening
beforeAll(async () => {
  listening = await listen(server)
})
afterAll(() => listening.close())

test.each(Object.entries(requests))(
  'what is shown for %s sends its request, as pasted',
  async (action, request) => {
    const task = {
      action: action as keyof typeof requests,
      model: 'image',
      request: { model: 'image', action, ...request },
    }
    const commands = toCommands(task, { url: listening.url, needsToken: false })
    const [curl, sdk, line] = commands.map(({ text }) => text)
    // At a terminal it asks.
    const isDeletion = action === 'DELETE_INDEX'
    const cli = resolve(root, 'packages/cli/src/main.ts')
    await Promise.all([
      run('sh', ['-c', curl ?? '']),
      // The packages of the workspace have the names that they are published with.
      run(process.execPath, ['--input-type=module', '--eval', sdk ?? '']),
      run('sh', [
        '-c',
        `${(line ?? '').replace('npx ingestion-server', `'${process.execPath}' '${cli}'`)}${isDeletion ? ' --yes' : ''}`,
      ]),
    ])
    const body: Record<string, unknown> = { model: 'image', action }
    for (const [name, value] of Object.entries<unknown>(request)) body[toSnakeCase(name)] = value
    const expected = { method: 'POST', url: '/task', body }
    expect(received.splice(0)).toEqual([expected, expected, expected])
  },
)

async function run(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { cwd: resolve(root, 'apps/dashboard'), stdio: 'ignore' })
  await once(child, 'close')
}
