import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Check {
  name: string
  command: readonly string[]
  /** Whether the command is vitest, whose tests are counted one by one; else it counts as one. */
  isVitest?: boolean
}

/** What `npm test` and CI run, in this order: what is quick to fail comes first. */
export const checks: readonly Check[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'types', command: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'] },
  { name: 'lint', command: ['eslint', '.'] },
  { name: 'unused', command: ['knip'] },
  { name: 'packages', command: ['turbo', 'run', 'check:package', '--output-logs=errors-only'] },
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit'], isVitest: true },
  { name: 'services', command: ['vitest', 'run', '--project', 'services'], isVitest: true },
  { name: 'browser', command: ['vitest', 'run', '--project', 'browser'], isVitest: true },
]

export interface CheckResult {
  name: string
  passed: number
  failed: number
  seconds: number
}

const reportsDir = 'test-results'

/** Runs a check to its end, with its output on the terminal. */
export async function runCheck({ name, command, isVitest = false }: Check): Promise<CheckResult> {
  const startedAt = performance.now()
  const report = join(reportsDir, `${name}.json`)
  await mkdir(reportsDir, { recursive: true })
  await rm(report, { force: true })
  const [program, ...args] = command as [string, ...string[]]
  const reporters = isVitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : []
  const exitCode = await run(program, [...args, ...reporters])
  const counts = isVitest
    ? await readCounts(report)
    : { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1 }
  // A run that fails outside its tests (a set-up that can't start, an unhandled error) is a failure too.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
  return { name, ...counts, seconds: (performance.now() - startedAt) / 1000 }
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      // No check calls home.
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function readCounts(report: string): Promise<{ passed: number; failed: number }> {
  const text = await readFile(report, 'utf8').catch(() => '{}')
  // Written by vitest just now: numPassedTests, numFailedTests, numPendingTests.
  const counts = JSON.parse(text) as Partial<
    Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number>
  >
  // A skipped test proves nothing: it counts as failed.
  const skipped = (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0)
  return { passed: counts.numPassedTests ?? 0, failed: (counts.numFailedTests ?? 0) + skipped }
}
