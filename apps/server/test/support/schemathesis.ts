import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirOf } from '@ingestion-server/local-services'

const version = '4.32.5'

export interface Run {
  exitCode: number | null
  output: string
}

/**
 * Installs schemathesis (https://schemathesis.readthedocs.io) from PyPI into a virtual environment under the cache
 * folder, once.
 *
 * @returns the path of its executable
 * @throws Error if there is no Python 3 with venv, or PyPI can't be reached
 */
export async function installSchemathesis(): Promise<string> {
  const environment = join(cacheDirOf(process.env), `schemathesis-${version}`)
  const program = join(environment, 'bin/schemathesis')
  const ready = join(environment, 'ready')
  if (existsSync(ready)) return program

  await rm(environment, { recursive: true, force: true })
  await mkdir(dirname(environment), { recursive: true })
  await runWell('python3', ['-m', 'venv', environment])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`]
  await runWell(join(environment, 'bin/python'), pip)
  await writeFile(ready, '')
  return program
}

/** Runs a program to its end; returns both outputs together. */
export async function run(program: string, args: readonly string[]): Promise<Run> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, output }
}

/** @throws Error with the output of a program that fails */
export async function runWell(program: string, args: readonly string[]): Promise<void> {
  const { exitCode, output } = await run(program, args)
  if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${exitCode}:\n${output}`)
}
