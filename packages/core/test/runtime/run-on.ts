import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const modules = resolve(import.meta.dirname, '../../node_modules')
const denoFlags = ['--quiet', '--no-prompt', '--allow-all', '--node-modules-dir=manual', '--no-lock']

/**
 * How each runtime runs a TypeScript file, and the format of its version. `installed` is the program that the package's
 * own command installs at its first run: unlike that command it forwards signals.
 */
const runtimes = {
  'Node 24': { command: 'node', installed: null, args: [], version: /^v24\./ },
  'Deno 2': {
    command: resolve(modules, '.bin/deno'),
    installed: resolve(modules, 'deno/deno'),
    args: ['run', ...denoFlags],
    version: /^deno 2\./,
  },
  'Bun 1.4': { command: resolve(modules, '.bin/bun'), installed: null, args: ['run'], version: /^1\.4\./ },
} as const
export type RuntimeName = keyof typeof runtimes
// Object.keys loses the type of the keys.
export const runtimeNames = Object.keys(runtimes) as RuntimeName[]

const run = promisify(execFile)

/** @returns the arguments before the path of a TypeScript file, and the program */
export async function findRuntime(
  name: RuntimeName,
  signal?: AbortSignal,
): Promise<{ program: string; args: readonly string[] }> {
  const { command, installed, args, version } = runtimes[name]
  const { stdout: found } = await run(command, ['--version'], { signal })
  if (!version.test(found)) throw new Error(`${command} is ${found.trim()}, not ${name}`)
  return { program: installed ?? command, args }
}

/**
 * Runs a TypeScript file in a separate process.
 *
 * @param options passed as JSON in its last argument
 * @param signal ends the process
 * @returns its output: JSON in its last line
 */
export async function runOn(
  name: RuntimeName,
  entry: string,
  options: object,
  signal: AbortSignal,
): Promise<unknown> {
  const { program, args } = await findRuntime(name, signal)
  const { stdout } = await run(program, [...args, entry, JSON.stringify(options)], { signal })
  return JSON.parse(String(stdout.trim().split('\n').at(-1)))
}
