import { expect, test } from 'vitest'
import { toCommands } from './commands.ts'

const texts = (task: Parameters<typeof toCommands>[0]) =>
  toCommands(task, 'http://localhost:8001').map(({ text }) => text)

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
    'npx ingestion-server promote image 20231106 --alias image-filtered --allow-shrink --wait',
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
  expect(line).toBe(`npx ingestion-server delete image 'a'\\''; rm -rf $HOME' --wait`)
})
