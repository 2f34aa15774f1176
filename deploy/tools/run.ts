import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface RunResult {
  exitCode: number | null
  /** Standard output and standard error, as they came. */
  output: string
}

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  input?: string
}

/** Runs a program to its end. @throws Error when it can't be started */
export async function tryRun(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, input = '' }: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(program, args, { env, ...(cwd !== undefined && { cwd }), stdio: 'pipe' })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  // A program that doesn't read its input may have closed it.
  child.stdin.on('error', () => undefined).end(input)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, output }
}

/** As tryRun. @returns the output @throws Error with the output, when the exit code isn't 0 */
export async function run(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { exitCode, output } = await tryRun(program, args, options)
  if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${exitCode}:\n${output}`)
  return output
}
