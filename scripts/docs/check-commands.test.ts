import { expect, test } from 'vitest'
import { findFault, listInlineCommands, splitCommands } from './check-commands.ts'

const find = (command: string) => findFault(command, ['start', 'test', 'cli'])

test.each([
  'npx ingestion-server reindex image --suffix 20231106 --wait',
  "npm run -s cli -- tasks --status failed --limit 5 --search 'image 2023'",
  'npx ingestion-server start --role worker',
  'npx ingestion-server start --demo',
  'node node_modules/ingestion-server/dist/main.js migrate',
  'npm run -s cli -- --version',
  'npm test',
  'npm install ingestion-server',
  'curl http://localhost:8001/task',
])('a command that the product accepts has no fault: %s', async (command) => {
  expect(await find(command)).toBeNull()
})

test.each([
  ['npx ingestion-server reindex image --sufix 20231106', "unknown option '--sufix'"],
  ['npx ingestion-server reindx image', "unknown command 'reindx'"],
  ['npm run -s cli -- promote', "required option '--suffix"],
  ['npm run -s cli -- tasks --limit many', "'--limit"],
  ['npx ingestion-server start --role both', 'there is no role both'],
  ['npx ingestion-server start --port 8001', "Unknown option '--port'"],
  ['npx ingestion-server migrate --demo', "Unknown option '--demo'"],
  ['npm run serve', 'package.json has no script serve'],
])('a command that it refuses has one: %s', async (command, fault) => {
  expect(await find(command)).toContain(fault)
})

test('a block is split into its commands', () => {
  const block = "cd a && node cli.mjs tasks   # first\n# comment\ncurl -X POST \\\n  -d '{}' | jq .\n"
  expect(splitCommands(block)).toEqual(['cd a', 'node cli.mjs tasks', "curl -X POST  -d '{}'", 'jq .'])
})

test('commands within text are found, and blocks left out', () => {
  const text = 'Run `npx ingestion-server migrate`, not `migrate`.\n\n```sh\nnpx `ingestion-server x`\n```\n'
  expect(listInlineCommands(text)).toEqual(['npx ingestion-server migrate'])
})
