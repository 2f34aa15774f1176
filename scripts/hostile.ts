import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const help = `npm run hostile -- [requests|rows|terms] [--requests N] [--rows N] [--runs N] [--seed N]

Sends far more generated hostile input than npm test does, against real services. requests is the default.

  requests  --requests N to every operation of the HTTP interface, 100000 by default
  rows      --rows N through REINDEX, 20000 by default
  terms     --runs N lists of sensitive terms, 200 by default
  --seed N  the same N gives the same input, 1 by default
`

const suites = {
  requests: { file: 'apps/server/test/hostile', variable: 'HOSTILE_REQUESTS', option: 'requests' },
  rows: { file: 'packages/core/test/reindex/hostile-rows.test.ts', variable: 'HOSTILE_ROWS', option: 'rows' },
  terms: {
    file: 'packages/core/test/filtered/hostile-lists.test.ts',
    variable: 'HOSTILE_RUNS',
    option: 'runs',
  },
} as const

const number = (otherwise: string) => ({ type: 'string', default: otherwise }) as const
const { values, positionals } = read()
const suite = suites[(positionals[0] ?? 'requests') as keyof typeof suites] as
  (typeof suites)['rows'] | undefined
if (values.help || suite === undefined || positionals.length > 1) fail(values.help ? 0 : 2)
for (const value of [values[suite.option], values.seed]) {
  if (!/^[1-9]\d{0,8}$/.test(value)) fail(2)
}

const root = resolve(import.meta.dirname, '..')
const { status } = spawnSync(
  resolve(root, 'node_modules/.bin/vitest'),
  // A day: the caller sets the length of a run.
  ['run', '--project', 'services', '--testTimeout=86400000', suite.file],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, [suite.variable]: values[suite.option], HOSTILE_SEED: values.seed },
  },
)
process.exitCode = status ?? 1

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...{ requests: number('100000'), rows: number('20000'), runs: number('200'), seed: number('1') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch {
    return fail(2)
  }
}

function fail(exitCode: number): never {
  if (exitCode === 0) console.log(help)
  else console.error(help)
  process.exit(exitCode)
}
