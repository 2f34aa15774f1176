import { existsSync } from 'node:fs'
import { findMaven } from '../opensearch/fetch-runner.ts'
import { findOnPath, runQuietly } from '../process/run-command.ts'

/** What a machine must have, and no package of a language's registry brings. */
export interface Need {
  name: string
  /** Follows the name: "which downloads OpenSearch". */
  purpose: string
  /** Package of Debian and Ubuntu. */
  debian: string
  /** Formula of Homebrew; null: none of that name. */
  homebrew: string | null
  isThere(env: NodeJS.ProcessEnv): Promise<boolean>
}

export const maven: Need = {
  name: 'Maven',
  purpose: 'which downloads OpenSearch',
  debian: 'maven',
  homebrew: 'maven',
  isThere: async (env) => findMaven(env) !== undefined,
}

/** Debian's Python comes without what makes virtual environments. */
export function pythonVenv(purpose: string): Need {
  return {
    name: 'Python 3 with venv',
    purpose,
    debian: 'python3-venv',
    homebrew: 'python',
    isThere: (env) => runQuietly('python3', ['-c', 'import ensurepip'], env),
  }
}

export const curl: Need = {
  name: 'curl',
  purpose: 'with which the commands of the README are tried',
  debian: 'curl',
  homebrew: 'curl',
  isThere: async (env) => findOnPath('curl', env) !== undefined,
}

/** Where CHROMIUM_PATH does not say so, Debian's package has it here. */
const chromiumFile = '/usr/bin/chromium'

/** The Chromium that tests use. */
export function chromiumPath(env: NodeJS.ProcessEnv): string {
  return env['CHROMIUM_PATH'] || (findOnPath('chromium', env) ?? chromiumFile)
}

export const chromium: Need = {
  name: 'Chromium',
  purpose: 'in which the dashboard and the SDK are tested (another one: CHROMIUM_PATH)',
  debian: 'chromium',
  homebrew: null,
  isThere: async (env) => existsSync(chromiumPath(env)),
}
