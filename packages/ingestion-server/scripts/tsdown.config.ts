import { copyFile, cp } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'tsdown'
import { createNotices } from '../../../scripts/pack/third-party-notices.ts'

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const notices = createNotices()
const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Files for operators, which the README names, in `dist/operations`. */
const operations = {
  'deploy/monitoring/alerts.yaml': 'alerts.yaml',
  'deploy/monitoring/dashboard.json': 'grafana-dashboard.json',
}
/** Pages and roles, which messages of the programs name: no images, and not the site. */
const isPage = (path: string) => !path.includes('/.vitepress') && /(\/[^.]+|\.(md|sql|json))$/.test(path)
const sampleTerms = fileURLToPath(new URL('../../../scripts/sample-sensitive-terms.txt', import.meta.url))

/**
 * All that the programs need is in the files: they start in less than a second, npx installs one package, and it
 * contains the patched postgres.js (patches/ at the root).
 */
const shared = {
  cwd: packageDir,
  target: 'es2024',
  sourcemap: true,
  checks: { bundlerTimings: false },
  deps: { alwaysBundle: [/.*/], neverBundle: ['pg-native', /^node:/, /^cloudflare:/], onlyBundle: false },
} satisfies UserConfig

export default defineConfig([
  {
    ...shared,
    entry: { main: 'src/main.ts' },
    platform: 'node',
    fixedExtension: false,
    dts: false,
    plugins: [notices.plugin],
    hooks: {
      async 'build:done'() {
        await notices.write(`${packageDir}dist`)
        await copyFile(sampleTerms, `${packageDir}dist/sample-sensitive-terms.txt`)
        for (const [from, to] of Object.entries(operations))
          await cp(`${root}${from}`, `${packageDir}dist/operations/${to}`)
        await cp(`${root}docs`, `${packageDir}dist/docs`, { recursive: true, filter: isPage })
        await copyFile(`${packageDir}scripts/worker-types.d.ts`, `${packageDir}dist/worker.d.ts`)
      },
    },
  },
  {
    ...shared,
    entry: { worker: 'src/worker.ts' },
    // The other build empties the folder.
    clean: false,
    platform: 'node',
    fixedExtension: false,
    dts: false,
    // CommonJS packages ask for Node's modules by `require`, and a bundled worker has no address.
    hooks: { 'build:done': () => notices.write(`${packageDir}dist`) },
    plugins: [
      notices.plugin,
      {
        name: 'require-without-address',
        renderChunk: (code) =>
          code
            // A bundler's banner may declare the usual name once more.
            .replace('import { createRequire } from', 'import { createRequire as makeRequire } from')
            .replace('createRequire(import.meta.url)', "makeRequire('/')"),
      },
    ],
    inputOptions: (options) => ({
      ...options,
      resolve: { ...options.resolve, conditionNames: ['workerd', 'import'] },
    }),
  },
])
