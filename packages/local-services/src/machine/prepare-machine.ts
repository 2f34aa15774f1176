import { MissingToolsError, ServiceFailedError } from '../errors.ts'
import { findOnPath, runCommand } from '../process/run-command.ts'
import type { ServiceOptions } from '../service-options.ts'
import type { Need } from './needs.ts'

export interface PrepareOptions extends ServiceOptions {
  env: NodeJS.ProcessEnv
  /** false: nothing is installed, and a missing program is an error. */
  mayInstall: boolean
}

const install = ['apt-get', 'install', '--yes', '--no-install-recommends']

/**
 * Installs missing programs as root on Debian and Ubuntu, and reports each with its purpose; elsewhere it fails with
 * the command to run.
 *
 * @throws MissingToolsError listing all missing programs, and one command that installs them
 * @throws ServiceFailedError when the installation fails
 */
export async function prepareMachine(needs: readonly Need[], options: PrepareOptions): Promise<void> {
  const { env, onProgress = () => undefined, signal } = options
  const missing: Need[] = []
  for (const need of new Map(needs.map((each) => [each.debian, each])).values())
    if (!(await need.isThere(env))) missing.push(need)
  if (missing.length === 0) return
  if (!canInstall(options)) throw new MissingToolsError(missing.map(describe), chooseCommand(missing, env))

  for (const need of missing)
    onProgress(`Installing Debian's package ${need.debian}: ${need.name}, ${need.purpose}`)
  const environment = { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  const run = ([file = '', ...args]: readonly string[]) =>
    runCommand({
      service: 'The installation',
      file,
      args,
      env: environment,
      output: 'ours if it fails',
      signal,
    })
  await run(['apt-get', '-qq', 'update'])
  await run([...install, '-qq', ...missing.map(({ debian }) => debian)])
  for (const need of missing) {
    if (!(await need.isThere(env)))
      throw new ServiceFailedError(
        'The installation',
        `${need.name} is missing although apt-get installed it`,
      )
  }
}

/** Whether missing programs are installed without asking. */
export function canInstall({ env, mayInstall }: PrepareOptions): boolean {
  return mayInstall && findOnPath('apt-get', env) !== undefined && process.getuid?.() === 0
}

const describe = ({ name, purpose }: Need) => `${name}, ${purpose}`

function chooseCommand(missing: readonly Need[], env: NodeJS.ProcessEnv): string | undefined {
  const isOnPath = (name: string) => findOnPath(name, env) !== undefined
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  if (isOnPath('apt-get')) {
    const packages = missing.map(({ debian }) => debian)
    return `${sudo}apt-get update && ${sudo}${[...install, ...packages].join(' ')}`
  }
  const formulas = missing.map(({ homebrew }) => homebrew).filter((name) => name !== null)
  return isOnPath('brew') && formulas.length > 0 ? `brew install ${formulas.join(' ')}` : undefined
}
