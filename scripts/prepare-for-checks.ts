import {
  chromium,
  curl,
  prepareMachine,
  prepareOpenSearch,
  pythonVenv,
  type Need,
  type PrepareOptions,
} from '../packages/local-services/src/index.ts'
import type { Check } from './checks.ts'

/** What only the system's packages bring, by the checks that need it. */
const needs: Readonly<Record<string, readonly Need[]>> = {
  services: [pythonVenv('which brings schemathesis, which checks the HTTP interface'), chromium, curl],
  browser: [chromium],
  deploy: [pythonVenv('which brings Helm, hadolint and the schemas of Kubernetes')],
}
const withOpenSearch: ReadonlySet<string> = new Set(['services', 'browser'])

/**
 * Brings what the checks need of this machine, before the first of them runs: a service that is missing would fail
 * hundreds of tests.
 *
 * @throws MissingToolsError naming everything that is missing at once, and one command that installs it
 */
export async function prepareForChecks(asked: readonly Check[], options: PrepareOptions): Promise<void> {
  const wanted = new Set(asked.flatMap(({ name }) => needs[name] ?? []))
  if (wanted.size === 0) return
  if (!asked.some(({ name }) => withOpenSearch.has(name))) return prepareMachine([...wanted], options)
  await prepareOpenSearch({ ...options, versions: ['3', '2'], also: [...wanted] })
}
