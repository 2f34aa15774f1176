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

/** Tools that only system packages provide, by the checks that need them. */
const needs: Readonly<Record<string, readonly Need[]>> = {
  unit: [curl],
  services: [pythonVenv('which brings schemathesis, which checks the HTTP interface'), chromium, curl],
  browser: [chromium],
  deploy: [pythonVenv('which brings Helm, hadolint and the schemas of Kubernetes')],
}
const withOpenSearch: ReadonlySet<string> = new Set(['services', 'browser'])

/**
 * Installs what the checks need on this machine before the first one runs: a missing service would fail hundreds of
 * tests.
 *
 * @throws MissingToolsError naming all missing tools, and one command that installs them
 */
export async function prepareForChecks(asked: readonly Check[], options: PrepareOptions): Promise<void> {
  const wanted = new Set(asked.flatMap(({ name }) => needs[name] ?? []))
  if (wanted.size === 0) return
  if (!asked.some(({ name }) => withOpenSearch.has(name))) return prepareMachine([...wanted], options)
  await prepareOpenSearch({ ...options, versions: ['3', '2'], also: [...wanted] })
}
