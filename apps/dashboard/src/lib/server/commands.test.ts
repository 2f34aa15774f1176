import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { toCommands } from './commands.ts'

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
    `const client = createClient({ baseUrl: "http://localhost:8001" })
const task = await client.pointAlias({ model: "image", indexSuffix: "20231106", alias: "image-filtered", allowShrink: true })
await task.wait()`,
    'npx ingestion-server promote image --suffix 20231106 --alias image-filtered --allow-shrink --wait',
  ])
})

test('a reindex without options has none on the command line', () => {
  const [, , line] = texts({
    action: 'REINDEX',
    model: 'audio',
    request: { model: 'audio', action: 'REINDEX' },
  })
  expect(line).toBe('npx ingestion-server reindex audio --wait')
})

test('what a shell could take for something else is quoted', () => {
  const [curl, , line] = texts({
    action: 'DELETE_INDEX',
    model: 'image',
    request: { indexSuffix: `a'; rm -rf $HOME` },
  })
  expect(curl).toContain(`"index_suffix":"a'\\''; rm -rf $HOME"`)
  expect(line).toBe(`npx ingestion-server delete image --suffix 'a'\\''; rm -rf $HOME' --wait`)
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

test.concurrent.each(Object.entries(requests))(
  'the command line takes what is shown for %s',
  async (action, request) => {
    const [, , line = ''] = texts({ action: action as keyof typeof requests, model: 'image', request })
    const cli = resolve(import.meta.dirname, '../../../../../packages/cli/src/main.ts')
    const command = line.replace('npx ingestion-server', `'${process.execPath}' '${cli}'`)
    // Failing to connect to the server is enough: exit code 4; wrong usage is 2.
    const child = spawn('sh', ['-c', `${command} --dry-run`], {
      env: { INGESTION_URL: 'http://127.0.0.1:9' },
      stdio: 'ignore',
    })
    expect(await once(child, 'close')).toEqual([4, null])
  },
)
