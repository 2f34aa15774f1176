import { basename } from 'node:path'
import process from 'node:process'
import manifest from '../package.json' with { type: 'json' }
import { runServer } from './run-server.ts'

await runServer({
  // The started file: `main.ts` from the sources, `main.mjs` after a build.
  program: `node ${basename(process.argv[1] ?? 'main.mjs')}`,
  args: process.argv.slice(2),
  version: manifest.version,
})
