import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'

export interface Check {
  name: string
  command: readonly string[]
  /** Whether the command is vitest, whose tests are counted individually; any other check counts as one. */
  isVitest?: boolean
  /** Runs beside the check before it. Its output is printed at its end. */
  isParallel?: boolean
}

/**
 * What `npm test` and CI run, in this order: what is quick to fail comes first. All but vitest run in parallel, and so do
 * the last two: each of them waits for a good part of its time.
 */
export const checks: readonly Check[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'types', command: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'] },
  { name: 'lint', command: ['eslint', '.'] },
  { name: 'unused', command: ['knip'] },
  { name: 'licenses', command: ['node', 'scripts/licenses.ts'] },
  { name: 'docs', command: ['node', 'scripts/docs.ts', 'check'] },
  { name: 'packages', command: ['turbo', 'run', 'check:package', '--output-logs=errors-only'] },
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit'], isVitest: true },
  { name: 'deploy', command: ['vitest', 'run', '--project', 'deploy'], isVitest: true },
  { name: 'services', command: ['vitest', 'run', '--project', 'services'], isVitest: true },
  { name: 'browser', command: ['vitest', 'run', '--project', 'browser'], isVitest: true, isParallel: true },
]

export interface CheckResult {
  name: string
  passed: number
  failed: number
  seconds: number
  /** A text for each failure: for vitest the file, the test's name and the first lines of its errors. */
  failures: readonly string[]
}

const reportsDir = 'test-results'
const running = new Set<ChildProcess>()

/** Sends a signal to the checks that run. Their results are then failures. */
export function signalChecks(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal)
}

/**
 * Runs a check to its end, with its output on the terminal: of vitest as it comes, because it may take minutes; of what
 * runs in parallel at its end.
 */
export async function runCheck(
  { name, command, isVitest = false, isParallel = !isVitest }: Check,
  env: NodeJS.ProcessEnv,
): Promise<CheckResult> {
  const startedAt = performance.now()
  const report = join(reportsDir, `${name}.json`)
  await mkdir(reportsDir, { recursive: true })
  await rm(report, { force: true })
  const [program, ...args] = command as [string, ...string[]]
  const reporters = isVitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : []
  if (!isParallel) printHead(name, command)
  const { exitCode, output } = await run(program, [...args, ...reporters], env, !isParallel)
  if (isParallel) printHead(name, command)
  process.stdout.write(output)
  const counts = isVitest
    ? await readReport(report)
    : { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, failures: [] }
  // A run that fails outside its tests (a set-up that can't start, an unhandled error) is a failure too.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
  return { name, ...counts, seconds: (performance.now() - startedAt) / 1000 }
}

function printHead(name: string, command: readonly string[]): void {
  console.log(`\n── ${name}: ${command.join(' ')}`)
}

/** @returns the output that was not shown while it ran */
function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isShown: boolean,
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const output = isShown ? 'inherit' : 'pipe'
    const child = spawn(program, args, {
      stdio: ['ignore', output, output],
      // No check sends telemetry.
      env: { ...env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    })
    const parts: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => parts.push(text))
    running.add(child)
    child.on('error', reject)
    child.on('close', (code) => {
      running.delete(child)
      resolve({ exitCode: code ?? 1, output: parts.join('') })
    })
  })
}

/** The used part of the output of vitest's JSON reporter. */
interface VitestReport {
  numPassedTests?: number
  numFailedTests?: number
  numPendingTests?: number
  numTodoTests?: number
  testResults?: readonly {
    name: string
    /** Why no test of the file ran, if none did. */
    message?: string
    assertionResults: readonly {
      fullName: string
      status: string
      failureMessages?: readonly string[] | null
    }[]
  }[]
}

const shownErrorLines = 12

async function readReport(path: string): Promise<Pick<CheckResult, 'passed' | 'failed' | 'failures'>> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  const report = JSON.parse(text) as VitestReport
  // A skipped test counts as failed.
  const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0)
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + skipped,
    failures: (report.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
      const file = relative(process.cwd(), name)
      const failures = assertionResults
        .filter(({ status }) => status !== 'passed')
        .map(({ fullName, status, failureMessages }) =>
          [`${file} > ${fullName} (${status})`, ...(failureMessages ?? []).map(firstLines)].join('\n'),
        )
      return message ? [`${file}\n${firstLines(message)}`, ...failures] : failures
    }),
  }
}

function firstLines(error: string): string {
  return (
    error
      .split('\n')
      // The runner's own frames don't help to find the failure.
      .filter((line) => !line.includes('/node_modules/'))
      .slice(0, shownErrorLines)
      .map((line) => `  ${line}`)
      .join('\n')
  )
}

/** Puts each check that runs in parallel into the group of the check before it. */
export function groupParallel(sequence: readonly Check[]): Check[][] {
  const groups: Check[][] = []
  for (const check of sequence) {
    const group = groups.at(-1)
    if (check.isParallel && group) group.push(check)
    // Alone, its output is shown as it comes.
    else groups.push([{ ...check, isParallel: false }])
  }
  return groups
}
