import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ServiceFailedError } from '../errors.ts'

export interface Command {
  /** Name of the service that needs it, for messages. */
  service: string
  file: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  /** `ours`: the program inherits this process's output. `ours if it fails`: shown only on failure. Default `ours`. */
  output?: 'ours' | 'ours if it fails' | undefined
  signal?: AbortSignal | undefined
}

/** The full path of a program, or undefined if it is not in PATH. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
}

/** Whether a program runs and exits with code 0; its output is ignored. */
export function runQuietly(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/**
 * Runs a program and waits until it exits.
 *
 * @throws ServiceFailedError when it can't be started or exits with another code than 0
 */
export function runCommand({ service, file, args, env, output = 'ours', signal }: Command): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (how: string, cause?: unknown) =>
      reject(new ServiceFailedError(service, `${[file, ...args].join(' ')} ${how}`, { cause }))
    const stdio = output === 'ours' ? 'inherit' : 'pipe'
    const child = spawn(file, args, { env, signal, stdio: ['ignore', stdio, stdio] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.once('error', (cause) => fail('could not be started', cause))
    child.once('close', (code) =>
      code === 0 ? resolve() : fail(`failed with exit code ${code}${said && `:\n${said}`}`),
    )
  })
}
