import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const modules = resolve(import.meta.dirname, '../../node_modules')
const denoFlags = ['--quiet', '--no-prompt', '--allow-all', '--node-modules-dir=manual', '--no-lock']

/**
 * How each runtime runs a TypeScript file, and what its version looks like. `installed` is what the package's own
 * command puts in place when it is first run: unlike that command it passes signals on.
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
// Object.keys forgets what the keys are.
export const runtimeNames = Object.keys(runtimes) as RuntimeName[]

const run = promisify(execFile)

/** @returns what to put before the path of a TypeScript file, and the program that it is for */
export async function findRuntime(name: RuntimeName): Promise<{ program: string; args: readonly string[] }> {
  const { command, installed, args, version } = runtimes[name]
  const { stdout: found } = await run(command, ['--version'])
  if (!version.test(found)) throw new Error(`${command} is ${found.trim()}, not ${name}`)
  return { program: installed ?? command, args }
}

/**
 * Runs a TypeScript file in a process of its own.
 *
 * @param options reaches it as JSON in its last argument
 * @returns what it wrote, as JSON, in its last line
 */
export async function runOn(name: RuntimeName, entry: string, options: object): Promise<unknown> {
  const { program, args } = await findRuntime(name)
  const { stdout } = await run(program, [...args, entry, JSON.stringify(options)])
  return JSON.parse(String(stdout.trim().split('\n').at(-1)))
}
