import { resolve } from 'node:path'
import process from 'node:process'
import { build } from 'tsdown'
import { createNotices } from '../../../scripts/pack/third-party-notices.ts'

/**
 * Makes JavaScript of the server, with all that it needs, in `dist` or the folder that is named: it starts in less than
 * a second and needs no node_modules beside it. Run from its sources Node strips types at every start, which takes
 * seconds and memory that is never given back.
 */
const [outDir = 'dist'] = process.argv.slice(2)
const packageDir = resolve(import.meta.dirname, '..')
const notices = createNotices()

await build({
  config: false,
  cwd: packageDir,
  entry: { main: 'src/main.ts', migrate: 'src/main.migrate.ts', cli: '../../packages/cli/src/main.ts' },
  outDir,
  platform: 'node',
  dts: false,
  plugins: [notices.plugin],
  logLevel: 'warn',
  // pg loads its native half only on request.
  deps: { alwaysBundle: [/.*/], neverBundle: ['pg-native'] },
})
await notices.write(resolve(packageDir, outDir))
