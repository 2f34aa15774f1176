import { findOnPath, runCommand } from '../process/run-command.ts'
import { ServiceFailedError } from '../errors.ts'
import type { ServiceOptions } from '../service-options.ts'
import { findMaven } from './fetch-runner.ts'
import { findJavas } from './find-java.ts'
import { chooseRelease } from './releases.ts'

interface Tool {
  name: string
  apt: string
  brew: string
}

const java: Tool = { name: 'Java', apt: 'default-jre-headless', brew: 'openjdk' }
const maven: Tool = { name: 'Maven', apt: 'maven', brew: 'maven' }

/**
 * Installs Java and Maven where they are missing, saying what it runs: with apt-get as root, or with Homebrew.
 * @throws ServiceFailedError saying what to install, where it knows no way or the way failed
 */
export async function installJavaAndMaven({
  env,
  onProgress = () => undefined,
  signal,
}: ServiceOptions & { env: NodeJS.ProcessEnv }): Promise<void> {
  const missing: Tool[] = []
  if (chooseRelease(await findJavas(env), undefined) === undefined) missing.push(java)
  if (findMaven(env) === undefined) missing.push(maven)
  if (missing.length === 0) {
    onProgress('Java and Maven are here already')
    return
  }
  for (const [file = '', ...args] of chooseCommands(missing, env)) {
    onProgress(`Running: ${[file, ...args].join(' ')}`)
    const environment = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
    await runCommand({ service: 'OpenSearch', file, args, env: environment, signal })
  }
}

function chooseCommands(missing: Tool[], env: NodeJS.ProcessEnv): string[][] {
  const isOnPath = (name: string) => findOnPath(name, env) !== undefined
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing.map(({ apt }) => apt)]
  if (isOnPath('apt-get') && process.getuid?.() === 0) return [['apt-get', 'update'], install]
  if (isOnPath('brew')) return [['brew', 'install', ...missing.map(({ brew }) => brew)]]
  const names = missing.map(({ name }) => name).join(' and ')
  const advice = isOnPath('apt-get')
    ? `run: sudo ${install.join(' ')}`
    : 'install them by hand (Java 21 or later is best)'
  throw new ServiceFailedError('OpenSearch', `${names} can't be installed from here: ${advice}`)
}
