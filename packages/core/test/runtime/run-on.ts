import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const modules = resolve(import.meta.dirname, '../../node_modules')
const denoFlags = ['--quiet', '--no-prompt', '--allow-all', '--node-modules-dir=manual', '--no-lock']

/** How each runtime runs a TypeScript file, and what its version looks like. */
const runtimes = {
  'Node 24': { program: 'node', args: [], version: /^v24\./ },
  // The program itself: its wrapper in .bin passes no signal on.
  'Deno 2': { program: resolve(modules, 'deno/deno'), args: ['run', ...denoFlags], version: /^deno 2\./ },
  'Bun 1.4': { program: resolve(modules, '.bin/bun'), args: ['run'], version: /^1\.4\./ },
} as const
export type RuntimeName = keyof typeof runtimes
// Object.keys forgets what the keys are.
export const runtimeNames = Object.keys(runtimes) as RuntimeName[]

const run = promisify(execFile)

/** @returns what to put before the path of a TypeScript file, and the program that it is for */
export async function findRuntime(name: RuntimeName): Promise<{ program: string; args: readonly string[] }> {
  const { program, args, version } = runtimes[name]
  const { stdout: found } = await run(program, ['--version'])
  if (!version.test(found)) throw new Error(`${program} is ${found.trim()}, not ${name}`)
  return { program, args }
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
