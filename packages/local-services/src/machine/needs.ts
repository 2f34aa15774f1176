import { existsSync } from 'node:fs'
import { findMaven } from '../opensearch/fetch-runner.ts'
import { findOnPath, runQuietly } from '../process/run-command.ts'

/** A system program that no language's package registry provides. */
export interface Need {
  name: string
  /** Completes the name: "which downloads OpenSearch". */
  purpose: string
  /** Package name in Debian and Ubuntu. */
  debian: string
  /** Homebrew formula; null: there is none. */
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

/** Debian's Python lacks the module for virtual environments. */
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
  purpose: 'which runs the commands of the README',
  debian: 'curl',
  homebrew: 'curl',
  isThere: async (env) => findOnPath('curl', env) !== undefined,
}

/** What is used by default, the best first. Without windows, Chromium takes a third less CPU time. */
const chromiumPrograms = ['chromium-headless-shell', 'chromium']

/** The path of the Chromium for tests. CHROMIUM_PATH overrides it. */
export function chromiumPath(env: NodeJS.ProcessEnv): string {
  if (env['CHROMIUM_PATH']) return env['CHROMIUM_PATH']
  const found = chromiumPrograms.map((name) => findOnPath(name, env)).find((path) => path !== undefined)
  // Debian's package installs it here.
  return found ?? '/usr/bin/chromium-headless-shell'
}

export const chromium: Need = {
  name: 'Chromium',
  purpose: 'for tests of the dashboard and the SDK (another one: CHROMIUM_PATH)',
  debian: 'chromium-headless-shell',
  homebrew: null,
  isThere: async (env) => existsSync(chromiumPath(env)),
}
