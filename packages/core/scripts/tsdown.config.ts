import { fileURLToPath } from 'node:url'
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown'
import { createNotices } from '../../../scripts/pack/third-party-notices.ts'

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const notices = createNotices()

/** Stable names, which the API report keeps. Types have names of their own: stage-jsr.ts puts scripts beside them. */
const output: Rolldown.OutputOptions = {
  chunkFileNames: ({ name }) => (name.endsWith('.d') ? 'types-[name].js' : 'chunk-[name].js'),
  minifyInternalExports: false,
}

const shared = {
  cwd: packageDir,
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  checks: { bundlerTimings: false },
} satisfies UserConfig

/**
 * The published packages contain the patched postgres.js (patches/ at the root): a package manager would install it
 * without the patch. `imports` in package.json chooses between its variants, as its own `exports` do.
 */
function buildDriver(name: string, conditions: string[]): UserConfig {
  return {
    ...shared,
    entry: { [`postgres/${name}`]: fileURLToPath(new URL('postgres-driver.ts', import.meta.url)) },
    // The other build empties the folder, and this one doesn't remove what that one wrote.
    clean: false,
    dts: false,
    plugins: [notices.plugin],
    hooks: { 'build:done': () => notices.write(`${packageDir}dist`) },
    deps: { alwaysBundle: [/^postgres/], neverBundle: [/^node:/, /^cloudflare:/] },
    inputOptions: (options) => ({
      ...options,
      platform: 'node',
      resolve: { ...options.resolve, conditionNames: conditions },
    }),
  }
}

export default defineConfig([
  {
    ...shared,
    entry: {
      index: 'src/index.ts',
      actions: 'src/contract/actions/facts.ts',
      contract: 'src/contract/index.ts',
      database: 'src/database/index.ts',
      node: 'src/node/index.ts',
    },
    outputOptions: (options) => ({ ...options, ...output }),
    // Types of exports are inferred from schemas, so the compiler itself has to write them.
    dts: { generator: 'tsc' },
    deps: { neverBundle: [/^node:/, /^#/] },
    plugins: [
      {
        name: 'patched-postgres',
        resolveId: {
          order: 'pre',
          // The types keep the package's own name.
          handler: (id, importer) =>
            id === 'postgres' && importer !== undefined && !/\.d\.[cm]?ts$/.test(importer)
              ? { id: '#postgres', external: true }
              : undefined,
        },
      },
    ],
  },
  buildDriver('default', ['import']),
  buildDriver('workerd', ['workerd', 'import']),
])
